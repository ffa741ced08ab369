package org.lyceum.models.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * A file of a repository, as the hub describes it.
 *
 * @param path in the repository, with slashes
 * @param size in bytes
 * @param hash SHA-256 of the content (64 digits) for a large file, and for a small one git's blob id (40 digits): SHA-1 of a header and the
 *     content. It names the file in the cache.
 */
record HubFile(String path, long size, String hash) {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** Whether {@code content} is this file. */
    boolean matches(Path content) throws IOException {
        if (Files.size(content) != size) {
            return false;
        }
        var digest = digest();
        try (InputStream in = Files.newInputStream(content)) {
            var buffer = new byte[1 << 20];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                digest.update(buffer, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest()).equals(hash);
    }

    private MessageDigest digest() {
        try {
            if (hash.length() == 64) {
                return MessageDigest.getInstance("SHA-256");
            }
            var git = MessageDigest.getInstance("SHA-1");
            git.update(("blob " + size + "\0").getBytes(StandardCharsets.US_ASCII));
            return git;
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-1 and SHA-256", e);
        }
    }
}
