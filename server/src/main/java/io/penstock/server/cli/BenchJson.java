package io.penstock.server.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import io.penstock.server.bench.Latency;
import io.penstock.server.bench.LoadPlan;
import io.penstock.server.bench.LoadResult;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.Map;

/**
 * What came of a load, for programs; {@code docs/benchmarking.md} describes it. Members are added, none is renamed or
 * removed.
 */
final class BenchJson {
    private static final double MICRO = 1000;

    private final JsonGenerator json;

    private BenchJson(JsonGenerator json) {
        this.json = json;
    }

    static void print(BenchReport report, PrintStream out) {
        StringWriter text = new StringWriter();
        JsonFactory factory =
                JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();
        try (JsonGenerator generator = factory.createGenerator(text)) {
            generator.useDefaultPrettyPrinter();
            new BenchJson(generator).document(report);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        out.println(text);
    }

    private void document(BenchReport report) throws IOException {
        LoadResult result = report.result();
        json.writeStartObject();
        plan(report, result.plan());
        json.writeStringField("tls", result.negotiated().orElse(null));
        json.writeBooleanField("endedEarly", result.interrupted());
        json.writeNumberField("seconds", result.seconds());
        json.writeStringField("unit", result.plan().mode().units());
        json.writeNumberField("total", result.units());
        json.writeNumberField("perSecond", result.rate());
        json.writeNumberField("bytesSent", result.bytesSent());
        json.writeNumberField("bytesSentPerSecond", result.perSecond(result.bytesSent()));
        json.writeNumberField("bytesReceived", result.bytesReceived());
        json.writeNumberField("bytesReceivedPerSecond", result.perSecond(result.bytesReceived()));
        json.writeNumberField("open", result.open());
        json.writeBooleanField("closedLoop", report.isClosedLoop());
        latency(result);
        json.writeNumberField("unanswered", result.unanswered());
        failures(result);
        json.writeObjectFieldStart("generator");
        json.writeNumberField("cpuSeconds", result.cpu());
        json.writeNumberField("share", result.cpuShare());
        json.writeEndObject();
        json.writeArrayFieldStart("notes");
        for (String note : report.notes()) {
            json.writeString(note);
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    private void plan(BenchReport report, LoadPlan plan) throws IOException {
        json.writeStringField("mode", plan.mode().word());
        json.writeStringField("target", report.target().toString());
        json.writeNumberField("connections", plan.connections());
        json.writeNumberField("size", plan.size());
        json.writeFieldName("rate");
        if (plan.rate().isPresent()) {
            json.writeNumber(plan.rate().getAsDouble());
        } else {
            json.writeNull();
        }
        json.writeNumberField("warmupSeconds", plan.warmup().toMillis() / MICRO);
    }

    private void latency(LoadResult result) throws IOException {
        if (result.latency().isEmpty()) {
            json.writeNullField("latencyMicros");
            return;
        }
        Latency latency = result.latency().get();
        json.writeObjectFieldStart("latencyMicros");
        json.writeNumberField("count", latency.count());
        json.writeNumberField("mean", latency.mean() / MICRO);
        json.writeNumberField("least", latency.least() / MICRO);
        json.writeNumberField("p50", latency.p50() / MICRO);
        json.writeNumberField("p75", latency.p75() / MICRO);
        json.writeNumberField("p90", latency.p90() / MICRO);
        json.writeNumberField("p99", latency.p99() / MICRO);
        json.writeNumberField("p99.9", latency.p999() / MICRO);
        json.writeNumberField("most", latency.most() / MICRO);
        json.writeEndObject();
    }

    private void failures(LoadResult result) throws IOException {
        json.writeArrayFieldStart("failures");
        for (Map.Entry<String, Long> failure : result.failures().entrySet()) {
            json.writeStartObject();
            json.writeStringField("reason", failure.getKey());
            json.writeNumberField("count", failure.getValue());
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
