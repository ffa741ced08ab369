package org.lyceum.models.hub;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongConsumer;
import java.util.regex.Pattern;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * One file from the hub into a blob of the cache. What was fetched before the connection broke, or the process was killed, lies in
 * {@code <blob>.partial} and is gone on from; the name is given once the hash is right.
 */
final class Download {
    private static final Pattern CONTENT_RANGE = Pattern.compile("bytes (\\d+)-\\d+/(?:\\d+|\\*)");

    private final HubConnection connection;
    private final HubSettings settings;
    private final Repository repository;
    private final HubFile file;
    private final URI uri;
    private final Path blob;
    private final Path partial;
    /** Beside the partial file: the ETag of the response that it came from, so that another version's bytes are never put behind it. */
    private final Path etag;
    private long received;

    Download(HubConnection connection, HubSettings settings, Repository repository, HubFile file, URI uri, Path blob) {
        this.connection = connection;
        this.settings = settings;
        this.repository = repository;
        this.file = file;
        this.uri = uri;
        this.blob = blob;
        partial = blob.resolveSibling(file.hash() + ".partial");
        etag = blob.resolveSibling(file.hash() + ".partial.etag");
    }

    /** Bytes that an earlier attempt left. */
    static long begun(Path blob) throws IOException {
        return size(blob.resolveSibling(blob.getFileName() + ".partial"));
    }

    private static long size(Path file) throws IOException {
        return Files.exists(file) ? Files.size(file) : 0;
    }

    /**
     * Fetches the file. Returns the bytes that came over the network.
     *
     * @param progress is told how many bytes of the file are here
     */
    long run(LongConsumer progress) throws IOException {
        try {
            Files.createDirectories(blob.getParent());
            for (boolean again = false;; again = true) {
                fetch(progress);
                if (file.matches(partial)) {
                    break;
                }
                discard();
                if (again) {
                    throw new UserError(file.path() + " of " + repository + " arrived with another checksum than the hub names, twice; "
                            + "something on the way changes it.");
                }
            }
            try (var channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            Files.deleteIfExists(etag);
            return received;
        } catch (HubConnection.Unreachable e) {
            throw e;
        } catch (IOException e) {
            throw IoErrors.writing(blob, e);
        }
    }

    private void discard() throws IOException {
        Files.deleteIfExists(partial);
        Files.deleteIfExists(etag);
    }

    /** Until the partial file has its full size; attempts are counted anew whenever bytes came. */
    private void fetch(LongConsumer progress) throws IOException {
        int attempt = 0;
        while (true) {
            long from = size(partial);
            if (from > file.size()) {
                discard();
                from = 0;
            }
            if (from == file.size()) {
                if (from == 0) {
                    Files.write(partial, new byte[0]);
                }
                return;
            }
            long before = received;
            IOException cut = part(from, progress);
            if (received > before) {
                attempt = 0;
            }
            if (++attempt == HubConnection.ATTEMPTS) {
                throw new HubConnection.Unreachable(uri, cut);
            }
            if (size(partial) < file.size()) {
                connection.pause(attempt, OptionalLong.empty());
            }
        }
    }

    /** One response, as far as it goes; returns why it ended. */
    private IOException part(long from, LongConsumer progress) throws IOException {
        var headers = new LinkedHashMap<String, String>();
        headers.put("Accept-Encoding", "identity");
        if (from > 0) {
            headers.put("Range", "bytes=" + from + "-");
            if (Files.exists(etag)) {
                headers.put("If-Range", Files.readString(etag).strip());
            }
        }
        var response = connection.get(repository, uri, headers);
        try (var in = response.body(); var watch = new StallWatch(in, settings.stall())) {
            boolean continued = response.statusCode() == 206 && start(response) == from;
            if (from > 0 && !continued) {
                discard(); // the server sends all of it, or something else than was asked for
                if (response.statusCode() != 200) {
                    return new IOException("the server does not continue files");
                }
            }
            response.headers().firstValue("ETag").filter(tag -> tag.startsWith("\"")) // a weak one promises nothing about bytes
                    .ifPresent(this::remember);
            return copy(in, watch, continued ? from : 0, progress);
        }
    }

    private void remember(String tag) {
        try {
            Files.writeString(etag, tag);
        } catch (IOException e) {
            throw IoErrors.writing(etag, e);
        }
    }

    private static long start(HttpResponse<?> response) {
        var range = CONTENT_RANGE.matcher(response.headers().firstValue("Content-Range").orElse(""));
        try {
            return range.matches() ? Long.parseLong(range.group(1)) : -1;
        } catch (NumberFormatException _) {
            return -1;
        }
    }

    private IOException copy(InputStream in, StallWatch watch, long from, LongConsumer progress) throws IOException {
        var buffer = new byte[1 << 16];
        try (var out = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            out.truncate(from).position(from);
            long at = from;
            while (true) {
                int n;
                try {
                    n = in.read(buffer, 0, (int) Math.min(buffer.length, file.size() - at + 1));
                } catch (IOException e) {
                    return watch.stalled() ? new IOException("no byte for " + settings.stall().toSeconds() + " s", e) : e;
                }
                if (n < 0) {
                    return new IOException("the connection was cut");
                }
                if (at + n > file.size()) { // more than the file has: the checksum could not be right
                    out.truncate(0);
                    return new IOException("more bytes came than the file has");
                }
                for (var bytes = ByteBuffer.wrap(buffer, 0, n); bytes.hasRemaining();) {
                    out.write(bytes);
                }
                at += n;
                received += n;
                watch.alive();
                progress.accept(at);
                if (at == file.size()) {
                    return new IOException("complete");
                }
            }
        }
    }

    /** Closes a stream that brings nothing for a while: Java's client waits for the next byte of a body for ever. */
    private static final class StallWatch implements AutoCloseable {
        private final AtomicLong last = new AtomicLong(System.nanoTime());
        private final Thread thread;
        private volatile boolean stalled;

        StallWatch(InputStream in, Duration limit) {
            thread = Thread.ofVirtual().start(() -> {
                try {
                    for (long left = limit.toNanos(); left > 0; left = limit.toNanos() - (System.nanoTime() - last.get())) {
                        Thread.sleep(Duration.ofNanos(left));
                    }
                    stalled = true;
                    in.close();
                } catch (InterruptedException | IOException _) {
                    return; // the response ended first
                }
            });
        }

        void alive() {
            last.set(System.nanoTime());
        }

        boolean stalled() {
            return stalled;
        }

        @Override
        public void close() {
            thread.interrupt();
        }
    }
}
