package org.lyceum.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lyceum.foundation.UserError;

/** The environment as the hub's Python library reads it. */
class HubSettingsTest {
    @TempDir
    private Path home;

    @Test
    void foldersFollowTheEnvironment() {
        var user = Path.of(System.getProperty("user.home"));
        assertThat(HubSettings.of(Map.of()).cache()).isEqualTo(user.resolve(".cache/huggingface/hub"));
        assertThat(HubSettings.of(Map.of()).endpoint()).isEqualTo(URI.create("https://huggingface.co"));
        assertThat(HubSettings.of(Map.of("XDG_CACHE_HOME", "/x")).cache()).isEqualTo(Path.of("/x/huggingface/hub"));
        assertThat(HubSettings.of(Map.of("XDG_CACHE_HOME", "/x", "HF_HOME", "/h")).cache()).isEqualTo(Path.of("/h/hub"));
        assertThat(HubSettings.of(Map.of("HF_HOME", "~/h", "HF_HUB_CACHE", "/c")).cache()).isEqualTo(Path.of("/c"));
        assertThat(HubSettings.of(Map.of("HF_HOME", "~/h")).cache()).isEqualTo(user.resolve("h/hub"));
    }

    @Test
    void theTokenComesFromTheEnvironmentOrAFile() throws IOException {
        Files.writeString(home.resolve("token"), " hf_file\n");
        assertThat(HubSettings.of(Map.of("HF_HOME", home.toString())).token()).isEqualTo("hf_file");
        assertThat(HubSettings.of(Map.of("HF_HOME", home.toString(), "HF_TOKEN", "hf_variable")).token()).isEqualTo("hf_variable");
        assertThat(HubSettings.of(Map.of("HF_HOME", "/nowhere")).token()).isNull();
        assertThatThrownBy(() -> HubSettings.of(Map.of("HF_TOKEN", "a\nb"))).isInstanceOf(UserError.class).hasMessageContaining("HF_TOKEN")
                .message().doesNotContain("a\nb");
    }

    @Test
    void endpointAndOfflineAreRead() {
        var settings = HubSettings.of(Map.of("HF_ENDPOINT", "http://mirror:8080/hf/", "HF_HUB_OFFLINE", "True"));
        assertThat(settings.endpoint()).isEqualTo(URI.create("http://mirror:8080/hf"));
        assertThat(settings.offline()).isTrue();
        assertThat(HubSettings.of(Map.of("HF_HUB_OFFLINE", "0")).offline()).isFalse();
        for (var wrong : new String[]{"mirror", "ftp://mirror", "http://a b"}) {
            assertThatThrownBy(() -> HubSettings.of(Map.of("HF_ENDPOINT", wrong))).isInstanceOf(UserError.class)
                    .hasMessageContaining("HF_ENDPOINT");
        }
    }
}
