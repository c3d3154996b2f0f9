package io.penstock.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import io.penstock.server.cli.CertShowCommand.Explained;
import io.penstock.server.pki.CertificateFacts;
import io.penstock.server.pki.Examination;
import io.penstock.server.pki.Examination.ExaminedFile;
import io.penstock.server.pki.Finding;
import io.penstock.server.tls.ServerProbe.Shown;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * A chain for programs; {@code docs/certificates.md} describes it. Members are added, none is renamed or removed. All
 * but ASCII is escaped, as it may be shown on a terminal after all.
 */
final class CertShowJson {
    private final JsonGenerator json;

    private CertShowJson(JsonGenerator json) {
        this.json = json;
    }

    static void print(List<Explained> explained, List<String> unreachable, PrintStream out) {
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator generator = factory.createGenerator(text)) {
            generator.setPrettyPrinter(
                    new DefaultPrettyPrinter().withArrayIndenter(DefaultIndenter.SYSTEM_LINEFEED_INSTANCE));
            new CertShowJson(generator).document(explained, unreachable);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(text);
    }

    private void document(List<Explained> explained, List<String> unreachable) throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("chains");
        for (Explained one : explained) {
            chain(one);
        }
        json.writeEndArray();
        strings("unreachable", unreachable);
        json.writeEndObject();
    }

    private void chain(Explained explained) throws IOException {
        Examination examination = explained.examination();
        json.writeStartObject();
        json.writeStringField("target", explained.title());
        json.writeArrayFieldStart("files");
        for (ExaminedFile file : examination.files()) {
            json.writeStartObject();
            json.writeStringField("path", file.path().toString());
            json.writeStringField("form", file.form());
            json.writeStringField("holds", file.holds());
            json.writeEndObject();
        }
        json.writeEndArray();
        server(explained);
        certificates("certificates", examination.chain());
        certificates("further", examination.further());
        optional("key", examination.key());
        optional("trustedBy", examination.trustedBy());
        json.writeArrayFieldStart("findings");
        for (Finding finding : examination.findings()) {
            finding(finding);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void server(Explained explained) throws IOException {
        if (explained.shown().isEmpty()) {
            json.writeNullField("server");
            return;
        }
        Shown shown = explained.shown().get();
        json.writeObjectFieldStart("server");
        optional("serverName", shown.serverName());
        json.writeStringField("protocol", shown.protocol());
        json.writeStringField("cipher", shown.cipher());
        json.writeBooleanField("asksForCertificate", shown.asksForCertificate());
        optional("refusal", shown.refusal());
        json.writeEndObject();
    }

    private void certificates(String name, List<X509Certificate> certificates) throws IOException {
        json.writeArrayFieldStart(name);
        for (X509Certificate certificate : certificates) {
            certificate(CertificateFacts.of(certificate));
        }
        json.writeEndArray();
    }

    private void certificate(CertificateFacts facts) throws IOException {
        json.writeStartObject();
        json.writeStringField("subject", facts.subject());
        json.writeStringField("issuer", facts.issuer());
        strings("names", facts.names());
        json.writeStringField("serial", facts.serial());
        json.writeStringField("notBefore", facts.notBefore().toString());
        json.writeStringField("notAfter", facts.notAfter().toString());
        json.writeStringField("key", facts.key());
        json.writeStringField("signature", facts.signature());
        json.writeBooleanField("authority", facts.authority());
        strings("keyUsage", facts.keyUsage());
        strings("purposes", facts.purposes());
        json.writeStringField("sha256", facts.sha256());
        json.writeStringField("pin", facts.pin());
        optional("issuerUrl", facts.issuerUrl());
        strings("crlUrls", facts.crlUrls());
        json.writeEndObject();
    }

    private void finding(Finding finding) throws IOException {
        json.writeStartObject();
        json.writeStringField("severity", finding.severity().word());
        json.writeStringField("code", finding.kind().code());
        json.writeStringField("what", finding.what());
        json.writeStringField("why", finding.why());
        json.writeStringField("remedy", finding.remedy());
        optional("command", finding.command());
        json.writeEndObject();
    }

    private void strings(String name, List<String> values) throws IOException {
        json.writeArrayFieldStart(name);
        for (String value : values) {
            json.writeString(value);
        }
        json.writeEndArray();
    }

    private void optional(String name, Optional<String> value) throws IOException {
        if (value.isPresent()) {
            json.writeStringField(name, value.get());
        } else {
            json.writeNullField(name);
        }
    }
}
