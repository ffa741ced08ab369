package org.lyceum.models.hub;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.lyceum.foundation.IoErrors;
import org.lyceum.foundation.UserError;

/**
 * Where the hub is, where its files are kept and who asks.
 *
 * @param endpoint scheme, host and port, with a path where a mirror has one
 * @param cache the folder with {@code models--org--name} in it
 * @param token sent to the endpoint's host and to no other; null for none
 * @param offline whether the network is left alone
 * @param stall after how long without a byte a connection counts as cut
 * @param firstPause before the second attempt; each further pause is twice as long
 */
public record HubSettings(URI endpoint, Path cache, @Nullable String token, boolean offline, Duration stall, Duration firstPause) {
    private static final String HUB = "https://huggingface.co";

    /** Throws {@link UserError} where the endpoint is no address. */
    public HubSettings {
        if (endpoint.getHost() == null || !List.of("http", "https").contains(endpoint.getScheme())) {
            throw UserError.usage("HF_ENDPOINT is '" + endpoint + "', which is no address such as " + HUB + ".");
        }
        if (token != null && (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127))) {
            throw UserError.usage("The hub's token (HF_TOKEN) holds characters that no token has; copy it again.");
        }
    }

    /**
     * As the hub's Python library reads its environment: {@code HF_ENDPOINT}, {@code HF_HOME}, {@code HF_HUB_CACHE}, {@code HF_TOKEN},
     * {@code HF_TOKEN_PATH} and {@code HF_HUB_OFFLINE}.
     */
    public static HubSettings of(Map<String, String> environment) {
        var home = folder(environment, "HF_HOME", folder(environment, "XDG_CACHE_HOME", Path.of(System.getProperty("user.home"), ".cache"))
                .resolve("huggingface"));
        var cache = folder(environment, "HF_HUB_CACHE", folder(environment, "HUGGINGFACE_HUB_CACHE", home.resolve("hub")));
        var named = environment.getOrDefault("HF_ENDPOINT", "").strip();
        var endpoint = named.isEmpty() ? HUB : named;
        boolean offline = List.of("1", "on", "yes", "true")
                .contains(environment.getOrDefault("HF_HUB_OFFLINE", "").toLowerCase(Locale.ROOT));
        try {
            return new HubSettings(URI.create(endpoint.replaceAll("/+$", "")), cache,
                    token(environment, folder(environment, "HF_TOKEN_PATH", home.resolve("token"))), offline, Duration.ofSeconds(60),
                    Duration.ofSeconds(1));
        } catch (IllegalArgumentException e) {
            throw UserError.usage("HF_ENDPOINT is '" + endpoint + "', which is no address such as " + HUB + ".");
        }
    }

    private static Path folder(Map<String, String> environment, String name, Path absent) {
        var value = environment.getOrDefault(name, "");
        if (value.isBlank()) {
            return absent;
        }
        return value.startsWith("~/") ? Path.of(System.getProperty("user.home"), value.substring(2)) : Path.of(value);
    }

    private static @Nullable String token(Map<String, String> environment, Path file) {
        for (var name : List.of("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN")) {
            var value = environment.getOrDefault(name, "").strip();
            if (!value.isEmpty()) {
                return value;
            }
        }
        if (!Files.isRegularFile(file)) {
            return null;
        }
        try {
            var value = Files.readString(file).strip();
            return value.isEmpty() ? null : value;
        } catch (IOException e) {
            throw IoErrors.reading(file, e);
        }
    }

    /** Without the token, which no log and no message may hold. */
    @Override
    public String toString() {
        return "HubSettings[" + endpoint + ", " + cache + (offline ? ", offline" : "") + "]";
    }
}
