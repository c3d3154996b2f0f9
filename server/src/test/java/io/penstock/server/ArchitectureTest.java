package io.penstock.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.apache.pekko.actor.typed.Behavior;
import org.junit.jupiter.api.Test;

/** The edges between modules and packages run one way, and actors do not block. */
class ArchitectureTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.penstock");

    @Test
    void protocolKnowsNoOtherModuleNoSocketsAndNoStreams() {
        noClasses()
                .that()
                .resideInAPackage("io.penstock.protocol..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.penstock.processor..",
                        "io.penstock.server..",
                        "java.nio.channels..",
                        "javax.net..",
                        "org.apache.pekko.stream..",
                        "org.apache.pekko.io..")
                .check(CLASSES);
    }

    @Test
    void processorDoesNotKnowTheServer() {
        noClasses()
                .that()
                .resideInAPackage("io.penstock.processor..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.penstock.server..", "javax.net..", "org.apache.pekko.stream..")
                .check(CLASSES);
    }

    @Test
    void theServerDoesNotKnowItsCommandLine() {
        noClasses()
                .that()
                .resideInAnyPackage("io.penstock.server", "io.penstock.server.tls", "io.penstock.server.pki")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.penstock.server.cli..", "picocli..", "ch.qos.logback..")
                .check(CLASSES);
    }

    @Test
    void onlyTheTlsPackageUsesJsse() {
        noClasses()
                .that()
                .resideOutsideOfPackage("io.penstock.server.tls..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("javax.net.ssl..")
                .check(CLASSES);
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.penstock.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void actorsDoNotBlock() {
        noClasses()
                .that()
                .haveSimpleNameEndingWith("Actor")
                .or()
                .haveSimpleNameEndingWith("Supervisor")
                .or()
                .haveSimpleName("Listener")
                .or()
                .haveSimpleNameEndingWith("Stage")
                .should()
                .callMethod(CompletableFuture.class, "join")
                .orShould()
                .callMethod(CompletableFuture.class, "get")
                .orShould()
                .callMethod(Future.class, "get")
                .orShould()
                .callMethod(Thread.class, "sleep", long.class)
                .check(CLASSES);
    }

    @Test
    void messagesOfTheProtocolsAreSealedOrForTheModuleThatOwnsTheActor() {
        classes()
                .that()
                .resideInAPackage("io.penstock.protocol")
                .and()
                .haveSimpleName("Command")
                .should(new ArchConditions.Sealed())
                .check(CLASSES);
    }

    @Test
    void onlyStaticMethodsMakeBehaviors() {
        methods()
                .that()
                .arePublic()
                .and()
                .haveRawReturnType(Behavior.class)
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("io.penstock..")
                .and()
                .areDeclaredInClassesThat()
                .areNotAssignableTo(org.apache.pekko.actor.typed.BehaviorInterceptor.class)
                .should()
                .beStatic()
                .check(CLASSES);
    }
}
