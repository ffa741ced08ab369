package org.lyceum.server.studio;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Properties;
import org.lyceum.server.http.Exchange;
import org.lyceum.server.http.HttpError;

/** The studio's files: a fixed list, each a resource of ours or of a WebJar. */
public final class StudioFiles {
    /** Scripts and styles come from here alone; no picture, font or request goes anywhere else. */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
            + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types dompurify";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
    private static final String CSS = "text/css; charset=utf-8";

    private record Source(String resource, String type) {
    }

    private static final Map<String, Source> FILES = Map.ofEntries(
            Map.entry("", own("index.html", "text/html; charset=utf-8")),
            Map.entry("studio.css", own("studio.css", CSS)),
            Map.entry("icon.svg", own("icon.svg", "image/svg+xml")),
            Map.entry("studio.js", own("studio.js", JAVASCRIPT)),
            Map.entry("api.js", own("api.js", JAVASCRIPT)),
            Map.entry("dom.js", own("dom.js", JAVASCRIPT)),
            Map.entry("talk.js", own("talk.js", JAVASCRIPT)),
            Map.entry("tokens.js", own("tokens.js", JAVASCRIPT)),
            Map.entry("runs.js", own("runs.js", JAVASCRIPT)),
            Map.entry("charts.js", own("charts.js", JAVASCRIPT)),
            Map.entry("attention.js", own("attention.js", JAVASCRIPT)),
            Map.entry("uplot.js", jar("uplot", "dist/uPlot.esm.js", JAVASCRIPT)),
            Map.entry("uplot.css", jar("uplot", "dist/uPlot.min.css", CSS)),
            Map.entry("marked.js", jar("marked", "lib/marked.esm.js", JAVASCRIPT)),
            Map.entry("purify.js", jar("dompurify", "dist/purify.es.mjs", JAVASCRIPT)));

    private static Source own(String name, String type) {
        return new Source("/studio/" + name, type);
    }

    /** A file of a WebJar, whatever version of it is on the class path. */
    private static Source jar(String library, String name, String type) {
        var properties = new Properties();
        try (var in = StudioFiles.class.getResourceAsStream("/META-INF/maven/org.webjars.npm/" + library + "/pom.properties")) {
            if (in == null) {
                throw new IllegalStateException("the WebJar of " + library + " is not on the class path");
            }
            properties.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Source("/META-INF/resources/webjars/" + library + "/" + properties.getProperty("version") + "/" + name, type);
    }

    /** {@code GET /studio/NAME}. */
    public void file(Exchange exchange, String name) {
        var source = FILES.get(name);
        if (source == null) {
            throw HttpError.refused(404, "unknown_url", "The studio has no such page; it begins at /studio/.");
        }
        try (var in = StudioFiles.class.getResourceAsStream(source.resource())) {
            if (in == null) {
                throw new IllegalStateException(source.resource() + " is not on the class path");
            }
            exchange.with("Content-Security-Policy", POLICY).with("Cache-Control", "no-cache").send(200, source.type(), in.readAllBytes());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends the browser to the first page. */
    public void redirect(Exchange exchange) {
        exchange.with("Location", "/studio/").send(308, "text/plain; charset=utf-8", new byte[0]);
    }
}
