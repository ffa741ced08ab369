package org.lyceum.models.hub;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.lyceum.foundation.UserError;

/** Pulling from a server that speaks the hub's protocol, and misbehaves. */
class HubTest {
    private static final Repository MODEL = Repository.parse("org/name");

    @TempDir
    private Path cache;
    private FakeHub fake;
    private final List<String> notes = new CopyOnWriteArrayList<>();
    private final HubListener listener = new HubListener() {
        @Override
        public void note(String sentence) {
            notes.add(sentence);
        }

        @Override
        public void progress(String file, long bytes, long total) {
            fake.arrived.set(bytes);
        }
    };

    @BeforeEach
    void start() {
        fake = new FakeHub();
        fake.small.put("config.json", "{}".getBytes(StandardCharsets.UTF_8));
        fake.small.put("tokenizer.json", "{\"a\": \"é\"}".getBytes(StandardCharsets.UTF_8));
        fake.small.put("1_Pooling/config.json", "{\"p\": 1}".getBytes(StandardCharsets.UTF_8));
        fake.small.put("empty.txt", new byte[0]);
        fake.small.put("train.py", "print()".getBytes(StandardCharsets.UTF_8));
        fake.large.put("model.safetensors", bytes(300_000));
        fake.large.put("onnx/model.onnx", bytes(10));
        fake.large.put("pytorch_model.bin", bytes(20));
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private static byte[] bytes(int n) {
        var bytes = new byte[n];
        new Random(n).nextBytes(bytes);
        return bytes;
    }

    private Hub.Pulled pull(String... include) {
        return new Hub(fake.settings(cache)).pull(MODEL, List.of(include), listener);
    }

    private static void assertRefused(Runnable pull, String sentence) {
        assertThatThrownBy(pull::run).isInstanceOf(UserError.class).hasMessageContaining(sentence).hasMessageMatching("(?s)[^\n]*\\.");
    }

    @Test
    void whatLyceumNeedsLandsInTheCacheAsPythonLaysItOut() throws IOException {
        var pulled = pull();
        var root = cache.resolve("models--org--name");
        assertThat(pulled.folder()).isEqualTo(root.resolve("snapshots").resolve(FakeHub.COMMIT)).isEqualTo(pulled.model());
        assertThat(root.resolve("refs/main")).hasContent(FakeHub.COMMIT);
        assertThat(pulled.files()).isEqualTo(4);
        for (var file : List.of("config.json", "tokenizer.json", "1_Pooling/config.json")) {
            assertThat(pulled.folder().resolve(file)).hasBinaryContent(fake.small.get(file)).isSymbolicLink();
            assertThat(root.resolve("blobs").resolve(FakeHub.gitHash(fake.small.get(file)))).exists();
        }
        assertThat(pulled.folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
        var blob = FakeHub.sha256(fake.large.get("model.safetensors"));
        assertThat(Files.readSymbolicLink(pulled.folder().resolve("model.safetensors"))).isEqualTo(Path.of("../../blobs/" + blob));
        assertThat(Files.readSymbolicLink(pulled.folder().resolve("1_Pooling/config.json")).toString()).startsWith("../../../blobs/");
        assertThat(pulled.folder().resolve("pytorch_model.bin")).doesNotExist();
        assertThat(pulled.folder().resolve("train.py")).doesNotExist();
        try (var blobs = Files.list(root.resolve("blobs"))) {
            assertThat(blobs).as("nothing half done").allMatch(path -> HubFile.isHash(path.getFileName().toString()));
        }
        long sum = pulled.bytes();
        assertThat(pulled.fetchedBytes()).isEqualTo(sum);
        // Again: only the description is asked for.
        fake.storeSaw.clear();
        fake.hubSaw.clear();
        assertThat(pull().fetchedBytes()).isZero();
        assertThat(fake.storeSaw).isEmpty();
        assertThat(fake.hubSaw).hasSize(1);
    }

    @Test
    void aCutConnectionIsGoneOnFrom() {
        fake.cutAfter = 40_000;
        fake.cuts.set(7); // more than the attempts, but each brings something
        var pulled = pull();
        assertThat(pulled.folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
        assertThat(fake.storeSaw).hasSize(8);
        assertThat(fake.storeSaw.get(3).range()).isEqualTo("bytes=120000-");
        assertThat(fake.storeSaw.get(3).ifRange()).isEqualTo("\"v1\"");
        long size = pulled.bytes();
        assertThat(pulled.fetchedBytes()).isEqualTo(size);
    }

    @Test
    void aConnectionThatBringsNothingIsGivenUpAndTheNextRunResumes() {
        fake.cutAfter = 0;
        fake.cuts.set(100);
        assertRefused(this::pull, "it resumes");
        fake.cutAfter = 50_000;
        fake.cuts.set(1);
        pull();
        fake.storeSaw.clear();
        assertThat(pull().fetchedBytes()).isZero();
    }

    @Test
    void aKilledPullIsGoneOnFrom() throws IOException {
        var content = fake.large.get("model.safetensors");
        var blobs = Files.createDirectories(cache.resolve("models--org--name/blobs"));
        Files.write(blobs.resolve(FakeHub.sha256(content) + ".partial"), java.util.Arrays.copyOf(content, 100_000));
        var pulled = pull();
        assertThat(fake.storeSaw.getFirst().range()).isEqualTo("bytes=100000-");
        assertThat(pulled.fetchedBytes()).isEqualTo(pulled.bytes() - 100_000);
        assertThat(pulled.folder().resolve("model.safetensors")).hasBinaryContent(content);
    }

    @Test
    void aStalledConnectionIsCut() {
        fake.cutAfter = 60_000;
        fake.cuts.set(1);
        fake.stall = true;
        assertThat(pull().folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
        assertThat(fake.storeSaw.get(1).range()).isEqualTo("bytes=60000-");
    }

    @Test
    void anotherVersionIsNotPutBehindTheFirst() {
        fake.cutAfter = 60_000;
        fake.cuts.set(1);
        var changing = new HubListener() {
            @Override
            public void progress(String file, long bytes, long total) {
                fake.arrived.set(bytes);
                if (file.equals("model.safetensors")) {
                    fake.etag = "\"v2\"";
                }
            }
        };
        var pulled = new Hub(fake.settings(cache)).pull(MODEL, List.of(), changing);
        assertThat(pulled.folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
        assertThat(pulled.fetchedBytes()).as("from the start").isEqualTo(pulled.bytes() + 60_000);
    }

    @Test
    void aServerThatKnowsNoRangesStartsAnew() {
        fake.ranges = false;
        fake.cutAfter = 60_000;
        fake.cuts.set(2);
        assertThat(pull().folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
    }

    @Test
    void aWrongChecksumIsFetchedOnceMoreAndThenRefused() throws IOException {
        fake.corruptions.set(1);
        assertThat(pull().folder().resolve("model.safetensors")).hasBinaryContent(fake.large.get("model.safetensors"));
        fake.large.put("model.safetensors", bytes(200_000));
        fake.corruptions.set(2);
        assertRefused(this::pull, "another checksum");
        assertThat(cache.resolve("models--org--name/blobs").resolve(FakeHub.sha256(fake.large.get("model.safetensors")))).doesNotExist();
        assertThat(cache.resolve("models--org--name/blobs").resolve(FakeHub.sha256(fake.large.get("model.safetensors")) + ".partial"))
                .doesNotExist();
    }

    @Test
    void moreBytesThanPromisedAreNotTaken() {
        fake.claimedSizes.put("model.safetensors", 1_000L);
        assertRefused(this::pull, "it resumes"); // five times too long
        assertThat(cache.resolve("models--org--name/snapshots")).satisfiesAnyOf(
                path -> assertThat(path).doesNotExist(),
                path -> assertThat(path.resolve(FakeHub.COMMIT).resolve("model.safetensors")).doesNotExist());
    }

    @Test
    void theTokenGoesToTheHubAndNowhereElse() {
        fake.wantedToken = "hf_secret";
        new Hub(fake.settings(cache, "hf_secret", false)).pull(MODEL, List.of(), listener);
        assertThat(fake.hubSaw).isNotEmpty().allMatch(seen -> "Bearer hf_secret".equals(seen.authorization()));
        assertThat(fake.storeSaw).isNotEmpty().allMatch(seen -> seen.authorization() == null);
        assertThat(fake.settings(cache, "hf_secret", false).toString()).doesNotContain("secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"file:///etc/passwd", "ftp://127.0.0.1/x", "", "http://a b/",
            "/org/name/resolve/0123456789abcdef0123456789abcdef01234567/model.safetensors"})
    void redirectsToOddPlacesAreRefused(String location) {
        fake.redirect = location;
        assertRefused(this::pull, "redirects");
    }

    @ParameterizedTest
    @ValueSource(ints = {429, 500, 503})
    void aBusyHubIsAskedAgainAndThenGivenUp(int status) {
        fake.failure = status;
        fake.failures.set(3);
        assertThat(pull().files()).isEqualTo(4);
        fake.failures.set(1000);
        assertRefused(this::pull, status == 429 ? "no more requests" : "error " + status);
        assertThat(fake.failures.get()).as("five attempts").isEqualTo(995);
    }

    @ParameterizedTest
    @CsvSource({"401, '', '', There is no model org/name", "404, '', '', There is no model org/name",
            "401, RepoNotFound, hf_x, check that your token",
            "401, '', hf_x, does not accept your token", "401, GatedRepo, '', is gated: accept its terms", "403, GatedRepo, hf_x, is gated",
            "403, '', hf_x, does not let you read", "404, RevisionNotFound, '', has no revision 'main'", "418, '', '', status 418"})
    void refusalsAreOneSentence(int status, String code, String token, String sentence) {
        fake.failure = status;
        fake.errorCode = code;
        fake.failures.set(1);
        assertRefused(() -> new Hub(fake.settings(cache, token.isEmpty() ? null : token, false)).pull(MODEL, List.of(), listener),
                sentence);
    }

    @Test
    void revisionsAreNamedOrRefused() {
        var tag = new Hub(fake.settings(cache)).pull(Repository.parse("org/name@v1"), List.of(), listener);
        assertThat(tag.commit()).isEqualTo(FakeHub.COMMIT);
        assertThat(cache.resolve("models--org--name/refs/v1")).hasContent(FakeHub.COMMIT);
        new Hub(fake.settings(cache)).pull(Repository.parse("org/name@refs/pr/1"), List.of(), listener);
        assertThat(cache.resolve("models--org--name/refs/refs/pr/1")).hasContent(FakeHub.COMMIT);
        new Hub(fake.settings(cache)).pull(Repository.parse("org/name@" + FakeHub.COMMIT), List.of(), listener);
        assertRefused(() -> new Hub(fake.settings(cache)).pull(Repository.parse("org/name@nope"), List.of(), listener),
                "has no revision 'nope'");
    }

    @Test
    void withoutANetworkTheCopyIsUsedAndSaidSo() {
        pull();
        var offline = new Hub(fake.settings(cache, null, true)).pull(MODEL, List.of(), listener);
        assertThat(offline.offline()).isTrue();
        assertThat(offline.model()).isEqualTo(cache.resolve("models--org--name/snapshots/" + FakeHub.COMMIT));
        assertThat(notes).singleElement().asString().contains("HF_HUB_OFFLINE").contains("fetched before");
        fake.close();
        notes.clear();
        assertThat(pull().offline()).isTrue();
        assertThat(notes).singleElement().asString().contains("cannot be reached");
        assertRefused(() -> new Hub(fake.settings(cache, null, true)).pull(Repository.parse("org/other"), List.of(), listener),
                "is not in " + cache);
    }

    @Test
    void aHalfFetchedModelIsNoCopy() throws IOException {
        fake.small.put("model.safetensors.index.json",
                "{\"weight_map\": {\"a\": \"model-00001-of-00002.safetensors\", \"b\": \"model-00002-of-00002.safetensors\"}}"
                        .getBytes(StandardCharsets.UTF_8));
        fake.large.remove("model.safetensors");
        fake.large.put("model-00001-of-00002.safetensors", bytes(100));
        fake.large.put("model-00002-of-00002.safetensors", bytes(101));
        var folder = pull().folder();
        assertThat(PulledModels.locate(Path.of("org/name"), fake.settings(cache))).isEqualTo(folder);
        Files.delete(folder.resolve("model-00002-of-00002.safetensors"));
        assertRefused(() -> new Hub(fake.settings(cache, null, true)).pull(MODEL, List.of(), listener), "is not in");
        assertRefused(() -> PulledModels.locate(Path.of("org/name"), fake.settings(cache)), "lyceum pull org/name");
    }

    @Test
    void theOnlyGgufFileIsTheModelAndOneOfSeveralIsChosen() {
        fake.large.remove("model.safetensors");
        fake.large.put("m-Q8_0.gguf", bytes(500));
        var one = pull();
        assertThat(one.files()).isEqualTo(1);
        assertThat(one.model()).isEqualTo(one.folder().resolve("m-Q8_0.gguf")).hasBinaryContent(bytes(500));
        assertThat(PulledModels.locate(Path.of("org/name"), fake.settings(cache))).isEqualTo(one.model());
        fake.large.put("m-Q4_0.gguf", bytes(400));
        assertRefused(this::pull, "choose one with --include: m-Q4_0.gguf, m-Q8_0.gguf");
        assertThat(pull("*Q4_0*").model()).hasBinaryContent(bytes(400));
        assertRefused(() -> PulledModels.locate(Path.of("org/name"), fake.settings(cache)), "name one of them: m-Q4_0.gguf, m-Q8_0.gguf");
        assertThat(PulledModels.locate(Path.of("org/name/m-Q4_0.gguf"), fake.settings(cache))).hasBinaryContent(bytes(400));
    }

    @Test
    void picklesAreNeverFetched() {
        assertRefused(() -> pull("pytorch_model.bin"), "can run code");
        fake.large.remove("model.safetensors");
        assertRefused(this::pull, "holds its weights only as pytorch_model.bin");
        fake.large.remove("pytorch_model.bin");
        assertRefused(this::pull, "holds no weights that Lyceum reads");
        assertRefused(() -> pull("*.gguf"), "no file that --include '*.gguf' means");
        assertRefused(() -> pull("[a"), "is no pattern");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../../../evil.json", "/etc/evil", "a/../../evil", "a\\\\..\\\\evil", "C:evil", "a//b", "", ".", "a/..",
            "a\\u0000b"})
    void pathTricksOfAServerAreRefused(String name) {
        fake.description = "{\"sha\": \"" + FakeHub.COMMIT + "\", \"siblings\": [{\"rfilename\": \"" + name
                + "\", \"size\": 1, \"blobId\": \""
                + "a".repeat(40) + "\"}]}";
        assertRefused(this::pull, "not lie in the repository's own folder");
        assertThat(cache.resolve("models--org--name")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "{", "null", "<html>", "{\"sha\": \"../../x\", \"siblings\": []}",
            "{\"sha\": \"0123456789abcdef0123456789abcdef01234567\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": 1, \"blobId\": \"../x\"}]}",
            "{\"sha\": \"0123456789abcdef0123456789abcdef01234567\", \"siblings\": [{\"rfilename\": \"config.json\", \"size\": -1, \"blobId\": "
                    + "\"0123456789abcdef0123456789abcdef01234567\"}]}"})
    void nonsenseIsRefused(String answer) {
        fake.description = answer;
        assertRefused(this::pull, "does not answer as the Hugging Face hub does");
    }

    @ParameterizedTest
    @ValueSource(strings = {"../x", "a/b/c", "a/..", "-a/b", "a/b.", "", "a/", "/a", "a b/c", "a--b/c", "a/b@../../x", "a/b@", "a/b@x\\y",
            "a/b@/x"})
    void oddNamesAreNoRepositories(String name) {
        assertThatThrownBy(() -> Repository.parse(name)).isInstanceOf(UserError.class);
    }

    @Test
    void whatIsNoRepositoryStaysAPath() {
        for (var path : List.of("/org/name", "../name", "org/../../etc", "org/name/../../x", "no-such-run", "runs/a b")) {
            assertThat(PulledModels.locate(Path.of(path), fake.settings(cache))).isEqualTo(Path.of(path));
        }
        assertThat(PulledModels.locate(Path.of("src/main"), fake.settings(cache))).as("a folder comes first")
                .isEqualTo(Path.of("src/main"));
    }

    @Test
    void aFullDiskIsSaidBeforehand() {
        fake.claimedSizes.put("model.safetensors", Long.MAX_VALUE / 4);
        assertRefused(this::pull, "free some space");
        assertThat(fake.storeSaw).isEmpty();
    }

    @Test
    void twoPullsAtOnceFetchOnce() throws Exception {
        fake.cutAfter = 30_000;
        fake.cuts.set(2);
        try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
            var both = List.of(threads.submit(() -> pull()), threads.submit(() -> pull()));
            long fetched = both.get(0).get().fetchedBytes() + both.get(1).get().fetchedBytes();
            assertThat(fetched).isEqualTo(both.get(0).get().bytes());
        }
    }

    @Test
    void anEndpointThatIsNotThereIsNamed() {
        var settings = new HubSettings(URI.create("http://127.0.0.1:1"), cache, null, false, Duration.ofSeconds(1), Duration.ofMillis(1));
        assertRefused(() -> new Hub(settings).pull(MODEL, List.of(), listener), "127.0.0.1 cannot be reached");
    }
}
