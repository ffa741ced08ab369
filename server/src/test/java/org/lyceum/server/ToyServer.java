package org.lyceum.server;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.lyceum.inference.Engine;
import org.lyceum.inference.LanguageModel;
import org.lyceum.inference.serving.SchedulerConfig;
import org.lyceum.inference.serving.Statistics;
import org.lyceum.models.Decoder;
import org.lyceum.models.DecoderConfig;
import org.lyceum.models.Initialisation;
import org.lyceum.server.http.Limits;
import org.lyceum.server.openai.EmbeddingService;
import org.lyceum.server.openai.LanguageService;
import org.lyceum.server.openai.Models;
import org.lyceum.tensor.DType;
import org.lyceum.text.tokenizer.BytePairTrainer;
import org.lyceum.text.tokenizer.Tokenizer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The real server on a free port, over a decoder with random weights. */
public final class ToyServer implements AutoCloseable {
    public static final String MODEL = "toy";
    public static final int CONTEXT = 256;
    private static final String TEXT = "the cat sat on the mat and the dog sat on the log; where is the man with the hat, who was that rat? "
            + "there they are, in the house by the river, and nobody else is here.";
    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    private final LyceumServer server;
    private final LanguageService language;

    /** How it is set up; each with a default that does for most tests. */
    public static final class Setup {
        private ServerConfig config = new ServerConfig("127.0.0.1", 0, ApiKeys.NONE, Limits.DEFAULT, Duration.ofSeconds(10), null);
        private SchedulerConfig scheduler = SchedulerConfig.DEFAULT;
        private Duration timeout = Duration.ofSeconds(60);
        private @Nullable String template;
        private int width = 32;
        private int context = CONTEXT;
        private @Nullable EmbeddingService embedding;
        private UnaryOperator<Engine> engine = UnaryOperator.identity();

        public Setup keys(ApiKeys keys) {
            config = new ServerConfig(config.host(), 0, keys, config.limits(), config.drainTime(), config.runs());
            return this;
        }

        public Setup limits(Limits limits) {
            config = new ServerConfig(config.host(), 0, config.keys(), limits, config.drainTime(), config.runs());
            return this;
        }

        public Setup runs(Path runs) {
            config = new ServerConfig(config.host(), 0, config.keys(), config.limits(), config.drainTime(), runs);
            return this;
        }

        public Setup scheduler(SchedulerConfig value) {
            scheduler = value;
            return this;
        }

        public Setup timeout(Duration value) {
            timeout = value;
            return this;
        }

        /** A chat template, as Jinja. */
        public Setup template(String value) {
            template = value;
            return this;
        }

        /** A model that takes a while: wider, with a longer context. */
        public Setup slow() {
            width = 512;
            context = 4096;
            return this;
        }

        public Setup context(int value) {
            context = value;
            return this;
        }

        public Setup embedding(EmbeddingService value) {
            embedding = value;
            return this;
        }

        /** What stands around the model's own engine. */
        public Setup engine(UnaryOperator<Engine> value) {
            engine = value;
            return this;
        }

        public ToyServer start() {
            return new ToyServer(this);
        }
    }

    private ToyServer(Setup setup) {
        language = new LanguageService(MODEL, model(setup), setup.scheduler, setup.timeout);
        server = LyceumServer.start(setup.config, new Models(language, setup.embedding));
    }

    public static Setup setup() {
        return new Setup();
    }

    public static Tokenizer tokenizer() {
        return BytePairTrainer.of(300).train(List.of(TEXT, TEXT));
    }

    private static LanguageModel model(Setup setup) {
        var tokenizer = tokenizer();
        var decoder = new Decoder(DecoderConfig.llama(tokenizer.vocabularySize(), setup.context, setup.width, 2, 4, 2), DType.F32);
        Initialisation.of(decoder, 1);
        var plain = new LanguageModel(decoder, tokenizer);
        return new LanguageModel(setup.engine.apply(plain.engine()), tokenizer, plain.endIds(), setup.template);
    }

    public LyceumServer server() {
        return server;
    }

    public int port() {
        return server.port();
    }

    public String url() {
        return server.url();
    }

    public Statistics statistics() {
        return language.scheduler().statistics();
    }

    /** Waits until no generation runs or waits. */
    public void awaitIdle() throws InterruptedException {
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        while (statistics().running() + statistics().queued() > 0) {
            if (System.nanoTime() > end) {
                throw new AssertionError("still busy: " + statistics());
            }
            Thread.sleep(10);
        }
    }

    /** An answer. */
    public record Answer(int status, String body, HttpResponse<String> response) {
        public JsonNode json() {
            return JsonMapper.shared().readTree(body);
        }

        /** The field {@code error.…}. */
        public String error(String field) {
            return json().path("error").path(field).asString("");
        }

        /** The payloads of server-sent events. */
        public List<String> events() {
            var events = new ArrayList<String>();
            for (var event : body.split("\n\n")) {
                if (!event.startsWith("data: ")) {
                    throw new AssertionError("not an event: " + event);
                }
                events.add(event.substring(6));
            }
            return events;
        }
    }

    /** A GET. */
    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    /** A POST of JSON in which ' stands for ". */
    public Answer post(String path, String body, String... headers) {
        return postExactly(path, body.replace('\'', '"'), headers);
    }

    /** A POST of JSON. */
    public Answer postExactly(String path, String body, String... headers) {
        return send(request(path, headers).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    /** A POST of bytes. */
    public Answer post(String path, byte[] body) {
        return send(request(path).header("Content-Type", "application/json").POST(HttpRequest.BodyPublishers.ofByteArray(body)));
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            var response = CLIENT.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body(), response);
        } catch (IOException e) {
            throw new AssertionError("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private HttpRequest.Builder request(String path, String... headers) {
        var request = HttpRequest.newBuilder(URI.create(url() + path)).version(HttpClient.Version.HTTP_1_1).timeout(Duration.ofSeconds(60));
        return headers.length == 0 ? request : request.headers(headers);
    }

    @Override
    public void close() {
        server.close();
    }
}
