package org.lyceum.study;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.lyceum.foundation.Markup;
import org.lyceum.foundation.WholeFiles;

/** {@code report.html} of a study: one page with its pictures in it, no script, and nothing that any network is asked for. */
final class StudyReport {
    static final String FILE_NAME = "report.html";

    /** What a study put into its report. */
    sealed interface Part {
        record Text(String heading, String paragraph) implements Part {
        }

        /** Cells that read as numbers stand to the right. */
        record Table(String title, List<String> header, List<List<String>> rows) implements Part {
            /** Whether the cells of column {@code c}, below its header, read as numbers, those apart that say that there is none. */
            boolean isOfNumbers(int c) {
                return rows.stream().allMatch(row -> c < row.size() && (isNumber(row.get(c)) || isNone(row.get(c))))
                        && rows.stream().anyMatch(row -> isNumber(row.get(c)));
            }

            /** The same for a terminal: columns aligned by spaces. */
            List<String> plain() {
                var all = new ArrayList<List<String>>();
                all.add(header);
                all.addAll(rows);
                var widths = new int[header.size()];
                for (var row : all) {
                    for (int c = 0; c < Math.min(widths.length, row.size()); c++) {
                        widths[c] = Math.max(widths[c], row.get(c).codePointCount(0, row.get(c).length()));
                    }
                }
                return all.stream().map(row -> {
                    boolean top = row == header;
                    var line = new StringBuilder(" ");
                    for (int c = 0; c < Math.min(widths.length, row.size()); c++) {
                        var cell = row.get(c);
                        var space = " ".repeat(widths[c] - cell.codePointCount(0, cell.length()));
                        line.append(' ').append((top || isNone(cell) ? isOfNumbers(c) : isNumber(cell)) ? space + cell : cell + space)
                                .append(' ');
                    }
                    return line.toString().stripTrailing();
                }).toList();
            }
        }

        /** Text whose white space counts. */
        record Code(String text) implements Part {
        }

        record Picture(String title, String svg) implements Part {
        }
    }

    private StudyReport() {
    }

    static Path write(Path folder, String title, String description, Map<String, Double> figures, List<Part> parts, List<String> verdicts,
            String configuration) {
        var page = new StringBuilder();
        page.append("<h1>").append(Markup.escape(title)).append("</h1>\n<p class=\"summary\">").append(Markup.escape(description))
                .append("</p>\n");
        if (!verdicts.isEmpty()) {
            page.append("<h2>Claims</h2>\n<ul class=\"claims\">");
            verdicts.forEach(line -> page.append("<li class=\"").append(line.startsWith("holds") ? "holds" : "fails").append("\">")
                    .append(Markup.escape(line)).append("</li>"));
            page.append("</ul>\n");
        }
        parts.forEach(part -> page.append(html(part)));
        if (!figures.isEmpty()) {
            page.append("<h2>All figures</h2>\n<div class=\"scroll\"><table>");
            figures.forEach(
                    (name, value) -> page.append("<tr><th scope=\"row\">").append(Markup.escape(name)).append("</th><td class=\"number\">")
                            .append(String.format(Locale.ROOT, "%.5g", value)).append("</td></tr>"));
            page.append("</table></div>\n");
        }
        page.append("<h2>Configuration</h2>\n<pre>").append(Markup.escape(configuration)).append("</pre>\n");
        var report = folder.resolve(FILE_NAME);
        WholeFiles.write(report, """
                <!doctype html>
                <html lang="en">
                <head>
                <meta charset="utf-8">
                <meta name="viewport" content="width=device-width, initial-scale=1">
                <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
                <meta name="generator" content="Lyceum">
                <title>%s</title>
                <style>
                %s
                </style>
                </head>
                <body>
                <main>
                %s
                </main>
                </body>
                </html>
                """.formatted(Markup.escape(title), style(), page));
        return report;
    }

    private static String html(Part part) {
        return switch (part) {
            case Part.Text(var heading, var paragraph) ->
                (heading.isEmpty() ? "" : "<h2>" + Markup.escape(heading) + "</h2>\n") + "<p>" + Markup.escape(paragraph) + "</p>\n";
            case Part.Picture(var title, var svg) -> "<figure>" + (svg.contains(">" + Markup.escape(title) + "<")
                    ? "" // the picture says it itself
                    : "<figcaption>" + Markup.escape(title) + "</figcaption>") + svg + "</figure>\n";
            case Part.Code(var text) -> "<pre>" + Markup.escape(text) + "</pre>\n";
            case Part.Table table -> table(table);
        };
    }

    private static String table(Part.Table table) {
        var html = new StringBuilder("<h3>").append(Markup.escape(table.title())).append("</h3>\n<div class=\"scroll\"><table><tr>");
        for (int c = 0; c < table.header().size(); c++) {
            html.append(table.isOfNumbers(c) ? "<th scope=\"col\" class=\"number\">" : "<th scope=\"col\">")
                    .append(Markup.escape(table.header().get(c))).append("</th>");
        }
        html.append("</tr>");
        for (var row : table.rows()) {
            html.append("<tr>");
            for (int c = 0; c < row.size(); c++) {
                boolean right = isNumber(row.get(c)) || isNone(row.get(c)) && table.isOfNumbers(c);
                html.append(right ? "<td class=\"number\">" : "<td>").append(Markup.escape(row.get(c))).append("</td>");
            }
            html.append("</tr>");
        }
        return html.append("</table></div>\n").toString();
    }

    private static boolean isNumber(String cell) {
        return cell.matches("[-+−]?[0-9][0-9.,]*(e[-+]?[0-9]+)?[%×]?( ± [0-9.,]+%?)?");
    }

    private static boolean isNone(String cell) {
        return cell.isEmpty() || cell.equals("–");
    }

    private static String style() {
        try (var in = StudyReport.class.getResourceAsStream("study.css")) {
            if (in == null) {
                throw new IllegalStateException("study.css is not on the class path");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
