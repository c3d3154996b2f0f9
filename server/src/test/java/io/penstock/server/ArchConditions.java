package io.penstock.server;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;

/** What ArchUnit does not know by itself. */
final class ArchConditions {
    private ArchConditions() {}

    /** A sealed interface. */
    static final class Sealed extends ArchCondition<JavaClass> {
        Sealed() {
            super("be sealed");
        }

        @Override
        public void check(JavaClass type, ConditionEvents events) {
            events.add(new SimpleConditionEvent(
                    type,
                    type.reflect().isSealed(),
                    type.getFullName() + " is sealed: " + type.reflect().isSealed()));
        }
    }
}
