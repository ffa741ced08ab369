package org.lyceum.training.run;

import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lyceum.foundation.Markup;
import org.lyceum.foundation.Records;
import org.lyceum.training.run.ReportData.Bin;
import org.lyceum.training.run.ReportData.DataStatistics;
import org.lyceum.training.run.ReportData.Figures;
import org.lyceum.training.run.ReportData.Sample;
import org.lyceum.training.run.ReportData.State;
import tools.jackson.databind.JsonNode;

/** The sections of {@code report.html}, top to bottom. Every text passes through {@link #escape}. */
final class ReportSections {
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("d MMMM yyyy, HH:mm 'UTC'", Locale.ENGLISH)
            .withZone(ZoneOffset.UTC);
    /** Samples shown of one prompt before the rest is folded away. */
    private static final int OPEN_SAMPLES = 3;

    private ReportSections() {
    }

    static String all(ReportData data, List<ReportCharts.Chart> charts) {
        return header(data) + versus(data.figures()) + figures(data.figures()) + curves(data.state(), charts) + samples(data.samples())
                + (data.data() == null ? "" : data(data.data()))
                + (data.configuration() == null ? "" : configuration(data.configuration()))
                + machine(data.machine()) + commands(data)
                + "<footer>Written by Lyceum. This page holds all it needs; it makes no requests.</footer>";
    }

    private static String header(ReportData data) {
        var state = data.state().name().toLowerCase(Locale.ROOT).replace('_', '-');
        return """
                <div class="head"><h1>%s</h1><span class="state %s">%s</span></div>
                <p class="summary%s">%s</p>
                <p class="when">%s %s%s</p>
                """.formatted(Markup.escape(data.title()), state, data.state().label(), data.state() == State.FAILED ? " failed" : "",
                Markup.escape(data.summary()), data.state() == State.IN_PROGRESS ? "As of" : "Written", WHEN.format(data.written()),
                data.state() == State.IN_PROGRESS ? "; reload the page for newer figures." : ".");
    }

    /** The model's bits per byte and those of xz, as two bars. */
    private static String versus(Figures figures) {
        if (figures.valBitsPerByte() == null) {
            return "";
        }
        double model = figures.valBitsPerByte();
        var xz = figures.xzBitsPerByte();
        if (xz == null) {
            return "<section class=\"card versus\"><h3>Held-out text<span>bits per byte, lower is better</span></h3><div class=\"bars\">"
                    + bar("this model", "model", 1, decimals(model)) + "</div></section>\n";
        }
        double most = Math.max(model, xz);
        return """
                <section class="card versus"><h3>Held-out text in %s bits than xz<span>bits per byte, lower is better</span></h3>
                <div class="bars">%s%s</div>
                <p class="note">How many bits each byte of text that the model never trained on takes: by the model's own predictions, and \
                compressed by <code>xz -9</code> after reading the same training text.</p></section>
                """.formatted(model < xz ? percent(1 - model / xz) + " fewer" : percent(model / xz - 1) + " more",
                bar("this model", "model", model / most, decimals(model)), bar("xz -9", "level", xz / most, decimals(xz)));
    }

    private static String bar(String label, String style, double part, String value) {
        return String.format(Locale.ROOT,
                "<div><span class=\"label\">%s</span><span class=\"track\"><i class=\"%s\" style=\"width:%.2f%%\"></i><b>%s</b></span></div>",
                label,
                style, 100 * part, value);
    }

    private static String figures(Figures figures) {
        var shown = new LinkedHashMap<String, String>();
        if (figures.valLoss() != null) {
            shown.put("Validation loss", decimals(figures.valLoss()));
        }
        shown.put("Parameters", quantity(figures.parameters()));
        shown.put("Steps", integer(figures.steps()));
        shown.put("Tokens seen", quantity(figures.tokens()));
        if (figures.tokensPerSecond() != null) {
            shown.put("Tokens/s", integer(Math.round(figures.tokensPerSecond())));
        }
        if (figures.mfu() != null) {
            shown.put("MFU", percent(figures.mfu()));
        }
        shown.put("Time", ProgressLine.clock(figures.elapsed()));
        var html = new StringBuilder("<dl class=\"figures\">");
        shown.forEach((name, value) -> html.append("<div><dt>").append(name).append("</dt><dd>").append(value).append("</dd></div>"));
        return html.append("</dl>\n").toString();
    }

    private static String curves(State state, List<ReportCharts.Chart> charts) {
        if (charts.isEmpty()) {
            return "<h2>Curves</h2><p class=\"empty\">"
                    + (state == State.IN_PROGRESS ? "The first steps are not done yet." : "No step was done.")
                    + "</p>\n";
        }
        var html = new StringBuilder(
                "<h2>Curves<span>drag to zoom, double-click to see all</span></h2><noscript><p class=\"empty\">The curves need "
                        + "JavaScript; their numbers are in "
                        + "metrics.jsonl.</p></noscript><div class=\"charts\">");
        for (var chart : charts) {
            html.append("<section class=\"card chart%s\"><h3>%s<span>%s</span></h3><div class=\"plot\" id=\"plot-%s\"></div></section>"
                    .formatted(chart.wide() ? " wide" : "", Markup.escape(chart.title()), Markup.escape(chart.unit()),
                            Markup.escape(chart.id())));
        }
        return html.append("</div>\n").toString();
    }

    private static String samples(List<Sample> samples) {
        if (samples.isEmpty()) {
            return "";
        }
        var byPrompt = new LinkedHashMap<String, List<Sample>>();
        samples.forEach(sample -> byPrompt.computeIfAbsent(sample.prompt(), _ -> new ArrayList<>()).add(sample));
        var html = new StringBuilder("<h2>Samples during training</h2>");
        for (var ofPrompt : byPrompt.values()) {
            var newestFirst = ofPrompt.reversed();
            html.append("<section class=\"card sample\">");
            newestFirst.stream().limit(OPEN_SAMPLES).forEach(sample -> html.append(sample(sample)));
            if (newestFirst.size() > OPEN_SAMPLES) {
                html.append("<details><summary>").append(newestFirst.size() - OPEN_SAMPLES).append(" earlier</summary>");
                newestFirst.stream().skip(OPEN_SAMPLES).forEach(sample -> html.append(sample(sample)));
                html.append("</details>");
            }
            html.append("</section>");
        }
        return html.append('\n').toString();
    }

    private static String sample(Sample sample) {
        return "<div class=\"written\"><div class=\"step\">step %s</div><div class=\"text\"><span class=\"prompt\">%s</span>%s</div></div>"
                .formatted(integer(sample.step()), Markup.escape(sample.prompt()), Markup.escape(sample.text()));
    }

    private static String data(DataStatistics data) {
        var rows = new LinkedHashMap<String, String>();
        rows.put("Source", data.source());
        rows.put("Documents", integer(data.documents()));
        rows.put("Bytes", integer(data.bytes()));
        rows.put("Tokens", integer(data.tokens()));
        rows.put("Bytes per token", data.tokens() == 0 ? "-" : String.format(Locale.ROOT, "%.2f", (double) data.bytes() / data.tokens()));
        rows.put("Training", integer(data.trainDocuments()) + " documents, " + integer(data.trainTokens()) + " tokens");
        rows.put("Held out", integer(data.heldOutDocuments()) + " documents, " + integer(data.heldOutTokens()) + " tokens");
        rows.put("Vocabulary", integer(data.vocabulary()));
        return "<h2>Data</h2><div class=\"two\"><section class=\"card\">" + table(rows) + "</section>" + histogram(data.documentTokens())
                + "</div>\n";
    }

    private static String histogram(List<Bin> bins) {
        if (bins.isEmpty()) {
            return "";
        }
        long most = Math.max(1, bins.stream().mapToLong(Bin::count).max().orElse(1));
        var bars = new StringBuilder();
        for (var bin : bins) {
            bars.append(bar(integer(bin.from()) + "–" + integer(bin.to()), "plain", (double) bin.count() / most, integer(bin.count())));
        }
        return "<section class=\"card\"><h3>Document lengths<span>documents by tokens</span></h3><div class=\"bars histogram\">" + bars
                + "</div></section>";
    }

    private static String configuration(Record configuration) {
        var html = new StringBuilder("<h2>Configuration</h2><section class=\"card\"><dl class=\"configuration\">");
        dotted(configuration).forEach(
                (key, value) -> html.append("<div><dt>").append(Markup.escape(key)).append("</dt><dd>").append(Markup.escape(value))
                        .append("</dd></div>"));
        return html.append("</dl></section>\n").toString();
    }

    /** The leaves of a record of records, by dotted key. */
    static Map<String, String> dotted(Record configuration) {
        var leaves = new LinkedHashMap<String, String>();
        flatten("", Records.toTree(configuration), leaves);
        return leaves;
    }

    private static void flatten(String key, JsonNode node, Map<String, String> leaves) {
        if (node.isObject() && !node.isEmpty()) {
            node.properties().forEach(property -> flatten(key.isEmpty() ? property.getKey() : key + "." + property.getKey(),
                    property.getValue(), leaves));
        } else {
            leaves.put(key, node.isString() ? node.stringValue() : node.toString());
        }
    }

    private static String machine(Map<String, String> machine) {
        return machine.isEmpty() ? "" : "<h2>Machine and versions</h2><section class=\"card\">" + table(machine) + "</section>\n";
    }

    private static String table(Map<String, String> rows) {
        var html = new StringBuilder("<table>");
        rows.forEach((key, value) -> html.append("<tr><th scope=\"row\">").append(Markup.escape(key)).append("</th><td>")
                .append(Markup.escape(value))
                .append("</td></tr>"));
        return html.append("</table>").toString();
    }

    private static String commands(ReportData data) {
        if (data.commands().isEmpty()) {
            return "";
        }
        var html = new StringBuilder("<h2>Where to go on</h2><section class=\"card commands\">");
        data.commands().forEach(command -> html.append("<div><p>").append(Markup.escape(command.purpose())).append("</p><pre>")
                .append(Markup.escape(command.line())).append("</pre></div>"));
        return html.append("</section>\n").toString();
    }

    private static String decimals(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static String percent(double part) {
        return String.format(Locale.ROOT, "%.0f%%", 100 * part);
    }

    private static String integer(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    private static String quantity(long value) {
        return value < 1_000_000
                ? integer(value)
                : value < 1_000_000_000
                        ? String.format(Locale.ROOT, "%.1f <small>million</small>", value / 1e6)
                        : String.format(Locale.ROOT, "%.2f <small>billion</small>", value / 1e9);
    }
}
