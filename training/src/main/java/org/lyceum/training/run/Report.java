package org.lyceum.training.run;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.Properties;
import org.lyceum.foundation.Markup;
import org.lyceum.foundation.WholeFiles;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code report.html}: one page that holds all it needs and asks nothing of any network. Its content security policy forbids every
 * request and every script but the ones it was written with, whatever a sample or a document says. Curves are drawn with uPlot, which is
 * inlined with its licence from the class path.
 */
public final class Report {
    /** The file's name in a run folder. */
    public static final String FILE_NAME = "report.html";

    private static final JsonMapper JSON = new JsonMapper();

    private Report() {
    }

    /**
     * Writes {@code report.html} into {@code runFolder}, with the curves of the {@code metrics.jsonl} there (if any); may be called again
     * while the run goes on.
     *
     * @return the report's path
     */
    public static Path write(Path runFolder, ReportData data) {
        var report = runFolder.resolve(FILE_NAME);
        WholeFiles.write(report, page(data, MetricsLog.read(runFolder.resolve(MetricsLog.FILE_NAME))));
        return report;
    }

    static String page(ReportData data, List<MetricsLog.Line> metrics) {
        var charts = ReportCharts.of(metrics, data.figures().xzBitsPerByte());
        var uplot = uplot("dist/uPlot.iife.min.js").strip();
        var script = resource("/org/lyceum/training/run/report.js").strip();
        return """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src %s %s">
                <meta name="generator" content="Lyceum">
                <title>%s</title>
                <style>
                %s
                %s
                </style>
                </head>
                <body>
                <main>
                %s
                </main>
                <script type="application/json" id="data">%s</script>
                <!-- uPlot:
                %s
                -->
                <script>%s</script>
                <script>%s</script>
                </body>
                </html>
                """.formatted(hash(uplot), hash(script), Markup.escape(data.title()), uplot("dist/uPlot.min.css").strip(),
                resource("/org/lyceum/training/run/report.css").strip(), ReportSections.all(data, charts), json(charts),
                uplot("LICENSE").strip(), uplot, script);
    }

    /** JSON that cannot end the script element that holds it: {@code <} and {@code &} are written by number. */
    private static String json(Object value) {
        return JSON.writeValueAsString(value).replace("<", "\\u003c").replace("&", "\\u0026");
    }

    /** The source expression by which the content security policy knows a script. */
    private static String hash(String script) {
        try {
            var digest = MessageDigest.getInstance("SHA-256").digest(script.getBytes(StandardCharsets.UTF_8));
            return "'sha256-" + Base64.getEncoder().encodeToString(digest) + "'";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }

    private static String uplot(String name) {
        var properties = new Properties();
        try {
            properties.load(new StringReader(resource("/META-INF/maven/org.webjars.npm/uplot/pom.properties")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return resource("/META-INF/resources/webjars/uplot/" + properties.getProperty("version") + "/" + name);
    }

    private static String resource(String path) {
        try (var in = Report.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
