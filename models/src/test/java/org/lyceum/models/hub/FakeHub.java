package org.lyceum.models.hub;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * A server that speaks the hub's protocol, and a second one, where large files lie, that it redirects to. Behaviours are switched on by the
 * fields.
 */
final class FakeHub implements AutoCloseable {
    static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

    /** A request as it came in. */
    record Seen(String path, @Nullable String authorization, @Nullable String range, @Nullable String ifRange) {
    }

    private final HttpServer hub = server();
    private final HttpServer store = server();
    final Map<String, byte[]> small = new TreeMap<>();
    final Map<String, byte[]> large = new TreeMap<>();
    final List<Seen> hubSaw = new CopyOnWriteArrayList<>();
    final List<Seen> storeSaw = new CopyOnWriteArrayList<>();
    /** The next so many answers carry this status. */
    final AtomicInteger failures = new AtomicInteger();
    volatile int failure = 503;
    /** Bytes after which the store cuts a response; 0 for never. */
    volatile int cutAfter;
    /** How many responses are cut. */
    final AtomicInteger cuts = new AtomicInteger();
    /** What the client says is there: a response is cut once its bytes are through, because Java's client drops those on the way. */
    final AtomicLong arrived = new AtomicLong();
    volatile boolean stall;
    volatile boolean ranges = true;
    volatile String etag = "\"v1\"";
    /** Changes what the store sends, so many times. */
    final AtomicInteger corruptions = new AtomicInteger();
    volatile @Nullable String wantedToken;
    volatile String errorCode = "";
    volatile @Nullable String description;
    volatile @Nullable String redirect;
    final Map<String, Long> claimedSizes = new ConcurrentHashMap<>();

    FakeHub() {
        hub.createContext("/api/models/org/name/revision/", this::describe);
        hub.createContext("/org/name/resolve/", this::resolve);
        hub.createContext("/", exchange -> refuse(exchange, 404, "RepoNotFound"));
        store.createContext("/", this::send);
    }

    private static HttpServer server() {
        try {
            var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
            server.start();
            return server;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    HubSettings settings(Path cache) {
        return settings(cache, null, false);
    }

    HubSettings settings(Path cache, @Nullable String token, boolean offline) {
        return new HubSettings(URI.create("http://127.0.0.1:" + hub.getAddress().getPort()), cache, token, offline, Duration.ofMillis(400),
                Duration.ofMillis(1));
    }

    static String sha256(byte[] content) {
        return hash("SHA-256", content);
    }

    static String gitHash(byte[] content) {
        var header = ("blob " + content.length + "\0").getBytes(StandardCharsets.US_ASCII);
        var all = Arrays.copyOf(header, header.length + content.length);
        System.arraycopy(content, 0, all, header.length, content.length);
        return hash("SHA-1", all);
    }

    private static String hash(String algorithm, byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private static Seen seen(HttpExchange exchange) {
        var headers = exchange.getRequestHeaders();
        return new Seen(exchange.getRequestURI().getRawPath(), headers.getFirst("Authorization"), headers.getFirst("Range"),
                headers.getFirst("If-Range"));
    }

    private boolean refused(HttpExchange exchange) throws IOException {
        if (failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            refuse(exchange, failure, errorCode);
            return true;
        }
        var sent = exchange.getRequestHeaders().getFirst("Authorization");
        if (wantedToken != null && !("Bearer " + wantedToken).equals(sent)) {
            refuse(exchange, 401, errorCode);
            return true;
        }
        return false;
    }

    private static void refuse(HttpExchange exchange, int status, String code) throws IOException {
        if (!code.isEmpty()) {
            exchange.getResponseHeaders().set("X-Error-Code", code);
        }
        exchange.getResponseHeaders().set("Retry-After", "0");
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    private void describe(HttpExchange exchange) throws IOException {
        hubSaw.add(seen(exchange));
        if (refused(exchange)) {
            return;
        }
        var revision = exchange.getRequestURI().getRawPath().substring("/api/models/org/name/revision/".length());
        if (!List.of("main", "v1", "refs%2Fpr%2F1", COMMIT).contains(revision)) {
            refuse(exchange, 404, "RevisionNotFound");
            return;
        }
        var siblings = new java.util.ArrayList<Map<String, Object>>();
        small.forEach(
                (path, content) -> siblings.add(Map.of("rfilename", path, "size", claimedSizes.getOrDefault(path, (long) content.length),
                        "blobId", gitHash(content))));
        large.forEach((path, content) -> {
            long size = claimedSizes.getOrDefault(path, (long) content.length);
            siblings.add(Map.of("rfilename", path, "size", size, "blobId", "f".repeat(40),
                    "lfs", Map.of("sha256", sha256(content), "size", size, "pointerSize", 134)));
        });
        var text = description != null
                ? description
                : new JsonMapper().writeValueAsString(Map.of("id", "org/name", "sha", COMMIT, "siblings", siblings));
        answer(exchange, 200, text.getBytes(StandardCharsets.UTF_8));
    }

    private void resolve(HttpExchange exchange) throws IOException {
        hubSaw.add(seen(exchange));
        if (refused(exchange)) {
            return;
        }
        var path = URLDecoder.decode(exchange.getRequestURI().getRawPath().substring(("/org/name/resolve/" + COMMIT + "/").length()),
                StandardCharsets.UTF_8);
        if (small.containsKey(path)) {
            answer(exchange, 200, small.get(path));
            return;
        }
        var to = redirect != null
                ? redirect
                : "http://127.0.0.1:" + store.getAddress().getPort() + "/" + sha256(large.get(path)) + "?signed";
        exchange.getResponseHeaders().set("Location", to);
        exchange.sendResponseHeaders(302, -1);
        exchange.close();
    }

    private void send(HttpExchange exchange) throws IOException {
        storeSaw.add(seen(exchange));
        var hash = exchange.getRequestURI().getPath().substring(1);
        var content = large.values().stream().filter(bytes -> sha256(bytes).equals(hash)).findFirst().orElseThrow().clone();
        if (corruptions.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
            content[content.length / 2]++;
        }
        var range = exchange.getRequestHeaders().getFirst("Range");
        var ifRange = exchange.getRequestHeaders().getFirst("If-Range");
        int from = ranges && range != null && (ifRange == null || ifRange.equals(etag))
                ? Integer.parseInt(range.replaceAll("\\D", ""))
                : 0;
        exchange.getResponseHeaders().set("ETag", etag);
        if (from > 0) {
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (content.length - 1) + "/" + content.length);
        }
        var part = Arrays.copyOfRange(content, from, content.length);
        boolean cut = cuts.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
        if (!cut) {
            answer(exchange, from > 0 ? 206 : 200, part);
            return;
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, part.length);
        int sent = Math.min(cutAfter, part.length - 1);
        exchange.getResponseBody().write(part, 0, sent);
        exchange.getResponseBody().flush();
        try {
            for (int i = 0; i < 1_000 && arrived.get() < from + sent; i++) {
                Thread.sleep(1);
            }
            Thread.sleep(stall ? 5_000 : 20); // what the client says counts its small files too
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        exchange.close();
    }

    private static void answer(HttpExchange exchange, int status, byte[] body) throws IOException {
        try (exchange) {
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            if (body.length > 0) {
                exchange.getResponseBody().write(body);
            }
        }
    }

    @Override
    public void close() {
        hub.stop(0);
        store.stop(0);
    }
}
