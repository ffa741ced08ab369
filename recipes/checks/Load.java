import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Clients that talk to a server as fast as it answers: {@code java Load.java URL MODEL CONNECTIONS SECONDS}. Half of the requests are
 * streamed, one in ten streams is left after its first token. Prints latencies and statuses; exits with 1 if anything but 200 and 429 came.
 */
public class Load {
    private static final List<String> PROMPTS = List.of("The cat", "Once upon a time there was", "A kind of", "In the year 1905", "Water boils at");

    private final String url;
    private final String model;
    private final Map<String, AtomicLong> outcomes = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Double> firstToken = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<Double> whole = new ConcurrentLinkedQueue<>();
    private final AtomicLong tokens = new AtomicLong();

    private Load(String url, String model) {
        this.url = url;
        this.model = model;
    }

    public static void main(String[] arguments) throws Exception {
        var load = new Load(arguments[0], arguments[1]);
        int connections = Integer.parseInt(arguments[2]);
        int seconds = Integer.parseInt(arguments[3]);
        long begin = System.nanoTime();
        long end = begin + Duration.ofSeconds(seconds).toNanos();
        try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < connections; i++) {
                int client = i;
                clients.submit(() -> load.talk(new SplittableRandom(client), end));
            }
        }
        load.print((System.nanoTime() - begin) / 1e9);
        boolean failed = load.outcomes.keySet().stream().anyMatch(outcome -> !List.of("200", "429", "left").contains(outcome));
        System.exit(failed ? 1 : 0);
    }

    /** One client, on one connection, until the end. */
    private void talk(SplittableRandom random, long end) {
        try (var http = HttpClient.newHttpClient()) {
            while (System.nanoTime() < end) {
                boolean stream = random.nextBoolean();
                boolean leave = stream && random.nextInt(5) == 0;
                var body = "{\"model\": \"%s\", \"prompt\": \"%s\", \"max_tokens\": %d, \"stream\": %s}".formatted(model,
                        PROMPTS.get(random.nextInt(PROMPTS.size())), 8 + random.nextInt(25), stream);
                var request = HttpRequest.newBuilder(URI.create(url + "/v1/completions")).version(HttpClient.Version.HTTP_1_1)
                        .header("Content-Type", "application/json").timeout(Duration.ofSeconds(120))
                        .POST(HttpRequest.BodyPublishers.ofString(body)).build();
                int status = ask(http, request, stream, leave);
                if (status == 429) {
                    Thread.sleep(100 + random.nextInt(400));
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int ask(HttpClient http, HttpRequest request, boolean stream, boolean leave) throws InterruptedException {
        long began = System.nanoTime();
        try {
            HttpResponse<java.util.stream.Stream<String>> answer = http.send(request, BodyHandlers.ofLines());
            String outcome = Integer.toString(answer.statusCode());
            try (var lines = answer.body()) {
                var each = lines.iterator();
                String last = "";
                boolean first = true;
                while (each.hasNext()) {
                    var line = each.next();
                    if (line.isEmpty()) {
                        continue;
                    }
                    last = line;
                    if (stream && answer.statusCode() == 200) {
                        tokens.incrementAndGet();
                        if (first) {
                            firstToken.add((System.nanoTime() - began) / 1e6);
                            first = false;
                            if (leave) {
                                outcome = "left";
                                break;
                            }
                        }
                    }
                }
                if (stream && !leave && answer.statusCode() == 200 && !last.equals("data: [DONE]")) {
                    outcome = "cut off: " + last;
                }
            }
            if (outcome.equals("200")) {
                whole.add((System.nanoTime() - began) / 1e6);
            }
            count(outcome);
            return answer.statusCode();
        } catch (IOException | java.io.UncheckedIOException e) {
            count(e.getClass().getSimpleName() + ": " + e.getMessage());
            return 0;
        }
    }

    private void count(String outcome) {
        outcomes.computeIfAbsent(outcome, _ -> new AtomicLong()).incrementAndGet();
    }

    private void print(double seconds) {
        System.out.printf(Locale.ROOT, "%.1f s, answers by status: %s%n", seconds, outcomes);
        System.out.printf(Locale.ROOT, "%.1f finished answers a second, %.0f streamed chunks a second%n", whole.size() / seconds,
                tokens.get() / seconds);
        percentiles("first token", firstToken);
        percentiles("whole answer", whole);
    }

    private static void percentiles(String what, ConcurrentLinkedQueue<Double> millis) {
        var sorted = new ArrayList<>(millis).stream().mapToDouble(Double::doubleValue).sorted().toArray();
        if (sorted.length == 0) {
            return;
        }
        System.out.printf(Locale.ROOT, "%-12s  p50 %7.0f ms   p90 %7.0f ms   p99 %7.0f ms   max %7.0f ms   (%d)%n", what, at(sorted, 0.5),
                at(sorted, 0.9), at(sorted, 0.99), Arrays.stream(sorted).max().orElse(0), sorted.length);
    }

    private static double at(double[] sorted, double share) {
        return sorted[(int) Math.min(sorted.length - 1, Math.floor(share * sorted.length))];
    }
}
