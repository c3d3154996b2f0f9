package io.penstock.server.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.penstock.protocol.ClientIdentity;
import io.penstock.server.pki.ClientVerdict.Accepted;
import io.penstock.server.pki.ClientVerdict.Fault;
import io.penstock.server.pki.ClientVerdict.Refused;
import java.security.KeyPair;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ClientVerifierTest {
    private static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");
    private static final Instant BEFORE = NOW.minus(Duration.ofDays(10));
    private static final Instant AFTER = NOW.plus(Duration.ofDays(10));

    private static final CertificateAuthority CA = authority("Root");
    private static final CertificateAuthority BETWEEN =
            CA.intermediate(CertificateSpec.authority("Between").valid(BEFORE, AFTER));

    private static CertificateAuthority authority(String name) {
        return CertificateAuthority.create(CertificateSpec.authority(name).valid(BEFORE, AFTER));
    }

    private static CertificateSpec spec(String name) {
        return CertificateSpec.client(name).valid(BEFORE, AFTER);
    }

    private static ClientVerdict verdict(Trust trust, List<X509Certificate> chain) {
        return new ClientVerifier(trust, Clock.fixed(NOW, ZoneOffset.UTC)).verify(chain);
    }

    private static ClientIdentity accepted(Trust trust, List<X509Certificate> chain) {
        ClientVerdict verdict = verdict(trust, chain);
        assertThat(verdict).isInstanceOf(Accepted.class);
        return ((Accepted) verdict).client();
    }

    /** Refused for this fault; the detail without the description of the certificate that it begins with. */
    private static String refused(Fault fault, Trust trust, List<X509Certificate> chain) {
        ClientVerdict verdict = verdict(trust, chain);
        assertThat(verdict).isInstanceOf(Refused.class);
        Refused refused = (Refused) verdict;
        assertThat(refused.fault()).as(refused.detail()).isEqualTo(fault);
        String whose = ClientWords.describe(chain.get(0)) + ": ";
        assertThat(refused.detail()).startsWith(whose);
        return refused.detail().substring(whose.length());
    }

    private static Trust trust(CertificateAuthority... authorities) {
        return Trust.required(List.of(authorities).stream()
                .map(CertificateAuthority::certificate)
                .toArray(X509Certificate[]::new));
    }

    @Test
    void namesTheCertificateItRefuses() {
        Identity alice = CA.issue(spec("alice").valid(BEFORE, NOW.minusSeconds(1)));
        assertThat(((Refused) verdict(trust(CA), alice.chain())).detail())
                .isEqualTo("CN=alice (serial " + alice.leaf().getSerialNumber().toString(16)
                        + ", issued by CN=Root): it expired on 2026-06-01T11:59:59Z");
    }

    @Test
    void wantsAChain() {
        assertThatThrownBy(() -> verdict(trust(CA), List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Nested
    class Chain {
        @Test
        void ofOneCertificateIsAccepted() {
            Identity alice = CA.issue(spec("alice"));
            assertThat(accepted(trust(CA), alice.chain()).chain()).isEqualTo(alice.chain());
        }

        @Test
        void mayHaveIntermediatesInAnyOrderAndTheRootAndOthers() {
            Identity bob = BETWEEN.issue(spec("bob"));
            List<X509Certificate> sent = List.of(
                    bob.leaf(),
                    CA.certificate(),
                    authority("Stranger").certificate(),
                    BETWEEN.certificate(),
                    BETWEEN.certificate());
            assertThat(accepted(trust(CA), sent).chain()).containsExactly(bob.leaf(), BETWEEN.certificate());
        }

        @Test
        void mayLackAnIntermediateThatIsInTheFileOfTheCas() {
            Identity bob = BETWEEN.issue(spec("bob"));
            assertThat(accepted(trust(BETWEEN, CA), List.of(bob.leaf())).chain())
                    .containsExactly(bob.leaf(), BETWEEN.certificate());
        }

        @Test
        void mayEndInAnIntermediateThatIsTrustedAlone() {
            Identity bob = BETWEEN.issue(spec("bob"));
            assertThat(accepted(trust(BETWEEN), List.of(bob.leaf())).chain()).containsExactly(bob.leaf());
        }

        @Test
        void mayBeACertificateThatIsTrustedByItself() {
            Identity alone = CA.issue(spec("alone"));
            Trust trust = Trust.required(alone.leaf());
            assertThat(accepted(trust, alone.chain()).chain()).isEqualTo(alone.chain());
            assertThat(refused(Fault.UNKNOWN_CA, trust, CA.issue(spec("alone")).chain()))
                    .isEqualTo("CN=Root is not in penstock.tls.client-ca, and the client has not sent its certificate");
        }

        @Test
        void ofACertificateThatIsTrustedByItselfHasToBeValidToo() {
            Identity old = CA.issue(spec("old").valid(BEFORE, NOW.minusSeconds(1)));
            Identity early = CA.issue(spec("early").valid(NOW.plusSeconds(1), AFTER));
            assertThat(refused(Fault.EXPIRED, Trust.required(old.leaf()), old.chain()))
                    .isEqualTo("it expired on 2026-06-01T11:59:59Z");
            assertThat(refused(Fault.NOT_YET_VALID, Trust.required(early.leaf()), early.chain()))
                    .isEqualTo("it is valid from 2026-06-01T12:00:01Z on");
            Identity server = CA.issue(CertificateSpec.server("s").valid(BEFORE, AFTER));
            refused(Fault.WRONG_USAGE, Trust.required(server.leaf()), server.chain());
        }

        @Test
        void takesTheValidOneOfTwoCertificatesOfAnIntermediate() {
            Identity key = BETWEEN.identity();
            X509Certificate expired = CertificateIssuer.issue(
                    CertificateSpec.authority("Between").valid(BEFORE, NOW.minusSeconds(1)),
                    key.leaf().getPublicKey(),
                    CA.identity());
            Identity bob = BETWEEN.issue(spec("bob"));
            assertThat(accepted(trust(CA), List.of(bob.leaf(), expired, key.leaf()))
                            .chain())
                    .containsExactly(bob.leaf(), key.leaf());
        }

        @Test
        void withoutAnIntermediateIsRefused() {
            Identity bob = BETWEEN.issue(spec("bob"));
            assertThat(refused(Fault.UNKNOWN_CA, trust(CA), List.of(bob.leaf())))
                    .isEqualTo(
                            "CN=Between is not in penstock.tls.client-ca, and the client has not sent its certificate");
        }

        @Test
        void ofAnUnknownCaIsRefusedEvenUnderTheSameName() {
            CertificateAuthority rogue = authority("Root");
            Identity mallory = rogue.issue(spec("mallory"));
            assertThat(refused(Fault.UNKNOWN_CA, trust(CA), List.of(mallory.leaf(), rogue.certificate())))
                    .isEqualTo("its root CN=Root is not in penstock.tls.client-ca");
            assertThat(refused(Fault.UNKNOWN_CA, trust(CA), rogue.identity().chain()))
                    .isEqualTo("it is self-signed and not in penstock.tls.client-ca");
        }

        @Test
        void throughALeafThatPlaysCaIsRefused() {
            Identity alice = CA.issue(spec("alice"));
            X509Certificate forged = CertificateIssuer.issue(
                    spec("admin"), KeyType.EC_P256.generate().getPublic(), alice);
            assertThat(refused(Fault.BAD, trust(CA), List.of(forged, alice.leaf())))
                    .startsWith("its CA CN=alice is not acceptable: ");
        }

        @Test
        void throughAnExpiredIntermediateIsRefused() {
            CertificateAuthority old =
                    CA.intermediate(CertificateSpec.authority("Old").valid(BEFORE, NOW.minusSeconds(1)));
            assertThat(refused(Fault.EXPIRED, trust(CA), old.issue(spec("bob")).chain()))
                    .isEqualTo("its CA CN=Old expired on 2026-06-01T11:59:59Z");
        }

        @Test
        void againstAConstraintOfItsCaIsRefused() {
            CertificateAuthority narrow = CA.intermediate(
                    CertificateSpec.authority("Narrow").valid(BEFORE, AFTER).permitted(List.of("example.org")));
            accepted(trust(CA), narrow.issue(spec("in").names("a.example.org")).chain());
            refused(
                    Fault.BAD,
                    trust(CA),
                    narrow.issue(spec("out").names("a.example.com")).chain());
        }

        @Test
        void signedWithAWeakAlgorithmIsRefused() throws Exception {
            KeyPair root = KeyType.RSA_2048.generate();
            X500Name name = new X500Name("CN=Old");
            KeyPair key = KeyType.EC_P256.generate();
            Trust trust = Trust.required(Subjects.issued(name, name, root, root, "SHA256withRSA"));
            X500Name alice = new X500Name("CN=alice");
            accepted(trust, List.of(Subjects.issued(name, alice, key, root, "SHA256withRSA")));
            assertThat(refused(Fault.BAD, trust, List.of(Subjects.issued(name, alice, key, root, "MD5withRSA"))))
                    .startsWith("it is not acceptable: ")
                    .contains("MD5");
        }

        @Test
        void ofManyCertificatesThatSignEachOtherIsRefusedAtOnce() {
            Identity self = authority("Loop").identity();
            List<X509Certificate> loop = new ArrayList<>();
            loop.add(CertificateIssuer.issue(
                    spec("mallory"), KeyType.EC_P256.generate().getPublic(), self));
            IntStream.range(0, 9)
                    .forEach(i -> loop.add(CertificateIssuer.issue(
                            CertificateSpec.authority("Loop"), self.leaf().getPublicKey(), self)));
            refused(Fault.UNKNOWN_CA, trust(CA), loop);
            loop.add(self.leaf());
            assertThat(refused(Fault.BAD, trust(CA), loop))
                    .isEqualTo("a chain of 11 certificates, expected at most 10");
        }

        @Test
        void isCutWhereItsNamesAreLong() {
            Identity bob = BETWEEN.issue(spec("b".repeat(64)));
            ClientVerdict verdict = verdict(trust(CA), Collections.nCopies(11, bob.leaf()));
            assertThat(((Refused) verdict).detail()).hasSizeLessThan(600);
        }
    }

    @Nested
    class Validity {
        @Test
        void endsWithTheSecond() {
            accepted(trust(CA), CA.issue(spec("alice").valid(BEFORE, NOW)).chain());
            refused(
                    Fault.EXPIRED,
                    trust(CA),
                    CA.issue(spec("alice").valid(BEFORE, NOW.minusSeconds(1))).chain());
        }

        @Test
        void beginsWithTheSecond() {
            accepted(trust(CA), CA.issue(spec("alice").valid(NOW, AFTER)).chain());
            assertThat(refused(
                            Fault.NOT_YET_VALID,
                            trust(CA),
                            CA.issue(spec("alice").valid(NOW.plusSeconds(1), AFTER))
                                    .chain()))
                    .isEqualTo("it is valid from 2026-06-01T12:00:01Z on");
        }
    }

    @Nested
    class Usage {
        @Test
        void forServersIsRefused() {
            Identity server = CA.issue(CertificateSpec.server("alice").valid(BEFORE, AFTER));
            assertThat(refused(Fault.WRONG_USAGE, trust(CA), server.chain()))
                    .isEqualTo("it is for serverAuth, expected the extended key usage clientAuth");
        }

        @Test
        void ofACaIsRefused() {
            assertThat(refused(Fault.WRONG_USAGE, trust(CA), BETWEEN.identity().chain()))
                    .isEqualTo("its key usage does not include digitalSignature, so that it is not for clients");
        }
    }

    @Nested
    class Revocation {
        private final Identity alice = CA.issue(spec("alice"));
        private final Identity bob = BETWEEN.issue(spec("bob"));

        private X509CRL list(CertificateAuthority of, X509Certificate... revoked) {
            return of.revocationList(BEFORE, AFTER, revoked);
        }

        @Test
        void isLookedUpWhereThereAreLists() {
            Trust trust = trust(CA).withRevocationLists(list(CA, alice.leaf()));
            assertThat(refused(Fault.REVOKED, trust, alice.chain()))
                    .isEqualTo("it was revoked on 2026-05-22T12:00:00Z (key_compromise) by CN=Root");
            accepted(trust, CA.issue(spec("other")).chain());
        }

        @Test
        void ofAnIntermediateRevokesWhatIsBelow() {
            Trust trust = trust(CA).withRevocationLists(list(CA, BETWEEN.certificate()), list(BETWEEN));
            assertThat(refused(Fault.REVOKED, trust, bob.chain())).startsWith("its CA CN=Between was revoked on ");
            Trust both = trust(BETWEEN, CA).withRevocationLists(list(CA, BETWEEN.certificate()), list(BETWEEN));
            refused(Fault.REVOKED, both, List.of(bob.leaf()));
        }

        @Test
        void needsAListOfEveryCaOfTheChain() {
            Trust trust = trust(CA).withRevocationLists(list(CA));
            accepted(trust, alice.chain());
            assertThat(refused(Fault.REVOCATION_UNKNOWN, trust, bob.chain()))
                    .isEqualTo("penstock.tls.client-crl has no list of CN=Between");
            accepted(trust(CA).withRevocationLists(list(CA), list(BETWEEN)), bob.chain());
            assertThat(refused(Fault.REVOCATION_UNKNOWN, trust(CA).withRevocationLists(list(BETWEEN)), bob.chain()))
                    .isEqualTo("penstock.tls.client-crl has no list of CN=Root");
        }

        @Test
        void needsACurrentList() {
            X509CRL old = CA.revocationList(BEFORE, NOW.minusSeconds(3600));
            X509CRL early = CA.revocationList(NOW.plusSeconds(3600), AFTER);
            assertThat(refused(Fault.REVOCATION_UNKNOWN, trust(CA).withRevocationLists(old), alice.chain()))
                    .isEqualTo("the list of CN=Root in penstock.tls.client-crl was to be replaced by"
                            + " 2026-06-01T11:00:00Z");
            refused(Fault.REVOCATION_UNKNOWN, trust(CA).withRevocationLists(early), alice.chain());
            accepted(trust(CA).withRevocationLists(old, list(CA)), alice.chain());
        }

        @Test
        void isNotDecidedByAForgedList() {
            X509CRL forged = list(authority("Root"));
            refused(Fault.REVOCATION_UNKNOWN, trust(CA).withRevocationLists(forged), alice.chain());
        }
    }

    @Nested
    class Rules {
        private final Identity meter = CA.issue(
                spec("meter 7").names("meter-7.example.org", "spiffe://example.org/meter/7", "meter@example.org"));

        @Test
        void letInWhoMeetsOne() {
            accepted(trust(CA).withRules("dns:other.example.org", "email:meter@example.org"), meter.chain());
        }

        @Test
        void keepOutWhoMeetsNone() {
            assertThat(refused(
                            Fault.NOT_ALLOWED,
                            trust(CA).withRules("dns:other.example.org", "subject:CN=meter 8"),
                            meter.chain()))
                    .startsWith("it meets none of penstock.tls.allowed-clients, [dns:other.example.org;"
                            + " subject:CN=meter 8]; it has dns:meter-7.example.org; uri:spiffe://example.org/meter/7;"
                            + " email:meter@example.org; subject:CN=meter 7; spki-sha256:");
        }

        @Test
        void comeAfterTheCertificateItself() {
            Identity mallory = authority("Rogue").issue(spec("m").names("meter-7.example.org"));
            refused(Fault.UNKNOWN_CA, trust(CA).withRules("dns:meter-7.example.org"), mallory.chain());
        }
    }
}
