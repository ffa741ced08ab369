package org.lyceum.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.microsoft.playwright.Browser;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The studio in a real Chromium, the system's; skipped where there is none. Pictures of every page are in target/studio. */
class StudioTest {
    private static final Path PICTURES = Path.of("target", "studio");
    private static Playwright playwright;
    private static Browser browser;
    private static ToyServer toy;
    @TempDir
    private static Path runs;

    private final List<String> complaints = new ArrayList<>();
    private final List<String> strangers = new ArrayList<>();
    private BrowserContext context;

    @BeforeAll
    static void start() throws IOException {
        var chromium = chromium();
        assumeTrue(chromium.isPresent(), "There is no Chromium here; install one to test the studio.");
        // The browser is the system's: nothing is downloaded.
        playwright = Playwright.create(new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright.chromium().launch(new BrowserType.LaunchOptions().setExecutablePath(chromium.get())
                .setArgs(List.of("--no-sandbox"))); // a container's root has no sandbox
        run("first", 40, "finished", 0.5);
        run("second", 30, "running", 0.7);
        toy = ToyServer.setup().runs(runs).start();
    }

    @AfterAll
    static void stop() {
        if (toy != null) {
            toy.close();
        }
        if (playwright != null) {
            playwright.close();
        }
    }

    private static Optional<Path> chromium() {
        return Stream.of("/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome", "/snap/bin/chromium",
                "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome").map(Path::of).filter(Files::isExecutable).findFirst();
    }

    /** A run folder whose loss falls like 1 / √step. */
    private static void run(String name, int steps, String status, double rate) throws IOException {
        var folder = Files.createDirectories(runs.resolve(name));
        var lines = new StringBuilder();
        for (int step = 1; step <= steps; step++) {
            lines.append("{\"step\":%d,\"loss\":%s,\"lr\":%s%s}\n".formatted(step, 4 / Math.sqrt(step), rate,
                    step % 10 == 0 ? ",\"val_bits_per_byte\":" + 3 / Math.sqrt(step) : ""));
        }
        Files.writeString(folder.resolve("metrics.jsonl"), lines);
        Files.writeString(folder.resolve("config.yaml"), "seed: 1\noptimizer:\n  kind: adamw\n  learning_rate: " + rate + "\n");
        Files.writeString(folder.resolve("run.json"), "{\"status\":\"%s\",\"step\":%d,\"steps\":40}".formatted(status, steps));
        Files.writeString(folder.resolve("samples.jsonl"),
                "{\"step\":10,\"prompt\":\"The\",\"text\":\" <b>cat</b> of " + name + "\"}\n");
    }

    private Page page(int width, int height, ColorScheme scheme) {
        context = browser.newContext(new Browser.NewContextOptions().setViewportSize(width, height).setColorScheme(scheme));
        var page = context.newPage();
        page.onConsoleMessage(message -> {
            if (message.type().equals("error") || message.text().contains("Content Security Policy")) {
                complaints.add(message.text());
            }
        });
        page.onPageError(complaints::add);
        page.onRequest(request -> {
            if (!request.url().startsWith(toy.url() + "/") && !request.url().startsWith("data:")) {
                strangers.add(request.url());
            }
        });
        page.navigate(toy.url() + "/");
        page.getByLabel("Your message").waitFor();
        return page;
    }

    @AfterEach
    void nothingWentWrongAndNothingWentOut() {
        if (context != null) {
            context.close();
            assertThat(complaints).isEmpty();
            assertThat(strangers).isEmpty();
        }
    }

    private static void picture(Page page, String name) {
        page.screenshot(new Page.ScreenshotOptions().setPath(PICTURES.resolve(name + ".png")));
    }

    /** No wider than the screen. */
    private static void fits(Page page) {
        assertThat(page.evaluate("document.documentElement.scrollWidth <= innerWidth")).isEqualTo(true);
    }

    private static void say(Page page, String text) {
        page.getByLabel("Your message").fill(text);
        page.keyboard().press("Enter");
        page.getByText("Regenerate").waitFor();
    }

    @Test
    void talks() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        say(page, "the cat");
        var answer = page.locator(".message.assistant .said");
        var first = answer.textContent();
        assertThat(page.locator(".message.user .said").textContent()).isEqualTo("the cat");
        page.getByText("Regenerate").click();
        page.getByText("Regenerate").waitFor();
        assertThat(page.locator(".message.assistant")).satisfies(one -> assertThat(one.count()).isEqualTo(1));
        assertThat(answer.textContent()).as("another draw").isNotEqualTo(first);
        picture(page, "talk-light");
    }

    @Test
    void showsTokenProbabilities() {
        var page = page(1200, 800, ColorScheme.DARK);
        page.getByLabel("Show how probable").check();
        say(page, "the cat");
        assertThat(page.locator(".token").count()).isGreaterThan(2);
        page.locator(".tokens").focus();
        page.keyboard().press("ArrowRight");
        page.keyboard().press("ArrowRight");
        assertThat(page.locator(".tip tr").count()).isBetween(5, 6);
        assertThat(page.locator(".tip tr.drawn").count()).isEqualTo(1);
        assertThat(page.locator(".tip").textContent()).contains("%");
        picture(page, "tokens-dark");
        page.keyboard().press("Escape");
        assertThat(page.locator(".tip").count()).isZero();
    }

    @Test
    void stops() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        page.getByLabel("What it does").selectOption("text");
        page.getByLabel("Most tokens").fill("200");
        page.getByLabel("Your message").fill("the cat");
        page.route("**/v1/completions", route -> { // an answer that never ends
        });
        page.keyboard().press("Enter");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Stop")).click();
        page.getByText("stopped").waitFor();
        assertThat(page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Send")).isEnabled()).isTrue();
    }

    @Test
    void whatAModelWritesIsNotRunAsHtml() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        page.route("**/v1/chat/completions", route -> route.fulfill(new com.microsoft.playwright.Route.FulfillOptions()
                .setContentType("text/event-stream")
                .setBody("data: {\"choices\":[{\"delta\":{\"content\":\"**bold** <img src=x onerror=alert(1)><script>alert(2)</script>"
                        + "<form action=/x><input></form> [a](javascript:alert(3))\"}}]}\n\ndata: [DONE]\n\n")));
        page.onDialog(dialog -> complaints.add("a dialog opened: " + dialog.message()));
        say(page, "x");
        assertThat(page.locator(".message.assistant strong").textContent()).isEqualTo("bold");
        assertThat(page.locator(".said img, .said script, .said form, .said input, .said a[href^=javascript]").count()).isZero();
        complaints.removeIf(complaint -> complaint.startsWith("Executing inline event handler violates")); // said while it was sanitised
    }

    @Test
    void followsAndComparesRuns() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        page.locator("nav").getByText("Runs").click();
        page.locator(".chart canvas").first().waitFor();
        page.getByLabel("first").check();
        page.getByLabel("second").check();
        page.getByText("Where their configurations differ").waitFor();
        assertThat(page.locator(".detail table").last().textContent()).contains("optimizer.learning_rate", "0.5", "0.7")
                .doesNotContain("seed");
        assertThat(page.locator(".chart h3").allTextContents()).contains("Training loss (nats a token)", "Validation (bits a byte)");
        assertThat(page.locator(".sample").first().textContent()).contains("<b>cat</b>");
        assertThat(page.locator("aside").textContent()).contains("running, step 30 of 40", "finished");
        picture(page, "runs-light");
    }

    @Test
    void showsNewPointsOfARunThatGoesOn() throws IOException {
        run("growing", 5, "running", 0.1);
        var page = page(1200, 800, ColorScheme.LIGHT);
        page.locator("nav").getByText("Runs").click();
        page.getByLabel("growing").check();
        var answer = page.waitForResponse(
                response -> response.url().contains("/runs/growing?after=5") && response.text().contains("\"loss\":[[6"),
                () -> {
                    try {
                        run("growing", 8, "running", 0.1);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                });
        assertThat(answer.text()).contains("[[6,7,8]");
    }

    @Test
    void showsWhatTheModelAttendsTo() {
        var page = page(1200, 800, ColorScheme.DARK);
        page.locator("nav").getByText("Attention").click();
        page.locator(".heads canvas").first().waitFor();
        page.getByLabel("A sentence").fill("the dog sat");
        page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("Look")).click();
        page.getByText("” attends to").waitFor();
        assertThat(page.locator(".heads button").count()).as("the mean and four heads").isEqualTo(5);
        page.getByLabel("Layer").selectOption("1");
        page.locator(".words button").first().click();
        assertThat(page.locator(".attention p.quiet").last().textContent()).contains("100 %");
        picture(page, "attention-dark");
    }

    @Test
    void fitsAPhone() {
        var page = page(390, 800, ColorScheme.LIGHT);
        say(page, "the cat");
        fits(page);
        picture(page, "talk-phone");
        page.locator("nav").getByText("Runs").click();
        page.locator(".chart canvas").first().waitFor();
        fits(page);
        picture(page, "runs-phone");
        page.locator("nav").getByText("Attention").click();
        page.locator(".heads canvas").first().waitFor();
        fits(page);
        picture(page, "attention-phone");
    }

    /** Contrast of text as WCAG 2.2 counts it, section 1.4.3: at least 4.5 to 1, and 3 to 1 for large text; what is disabled does not count. */
    private static final String FAINT = """
            () => {
              const channels = css => {
                const c = document.createElement('canvas').getContext('2d', {willReadFrequently: true});
                c.fillStyle = css; c.fillRect(0, 0, 1, 1);
                return [...c.getImageData(0, 0, 1, 1).data];
              };
              const over = (top, under) => [0, 1, 2].map(i => top[i] * top[3] / 255 + under[i] * (1 - top[3] / 255)).concat(255);
              const luminance = c => c.slice(0, 3).map(v => v / 255).map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
                .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
              const behind = element => element === null ? [255, 255, 255, 255]
                : (c => c[3] === 255 ? c : over(c, behind(element.parentElement)))(channels(getComputedStyle(element).backgroundColor));
              return [...document.body.querySelectorAll('*')]
                .filter(e => e.checkVisibility({opacityProperty: true, visibilityProperty: true}) && !e.closest(':disabled'))
                .filter(e => [...e.childNodes].some(n => n.nodeType === 3 && n.data.trim()) || e.matches('input, textarea, select'))
                .flatMap(e => {
                  const style = getComputedStyle(e), ground = behind(e), text = over(channels(style.color), ground);
                  const [low, high] = [luminance(text), luminance(ground)].sort((a, b) => a - b);
                  const ratio = (high + 0.05) / (low + 0.05), size = parseFloat(style.fontSize);
                  const large = size >= 24 || size >= 18.66 && style.fontWeight >= 700;
                  return ratio < (large ? 3 : 4.5) ? [`${e.tagName}.${e.className} "${e.textContent.trim().slice(0, 30)}" ${ratio.toFixed(2)}`] : [];
                });
            }""";

    @ParameterizedTest
    @CsvSource({"1280, LIGHT", "1280, DARK", "390, LIGHT", "390, DARK"})
    void everythingCanBeRead(int width, ColorScheme scheme) {
        var page = page(width, 900, scheme);
        if (width < 768) {
            page.getByText("Settings").click();
        }
        page.getByLabel("Show how probable").check();
        say(page, "the cat");
        readable(page, "talk", width, scheme);
        page.locator("nav").getByText("Runs").click();
        page.locator(".chart canvas").first().waitFor();
        readable(page, "runs", width, scheme);
        page.getByLabel("first").check();
        page.getByLabel("second").check();
        page.getByText("Where their configurations differ").waitFor();
        readable(page, "comparison", width, scheme);
        page.locator("nav").getByText("Attention").click();
        page.locator(".heads canvas").first().waitFor();
        page.locator(".words button").first().click();
        readable(page, "attention", width, scheme);
    }

    private static void readable(Page page, String name, int width, ColorScheme scheme) {
        fits(page);
        page.screenshot(new Page.ScreenshotOptions().setFullPage(true)
                .setPath(PICTURES.resolve(name + "-" + width + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png")));
        assertThat((List<?>) page.evaluate(FAINT)).as(name).isEmpty();
    }

    @Test
    void changesBetweenLightAndDark() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        var background = "getComputedStyle(document.body).backgroundColor";
        var light = page.evaluate(background);
        page.locator("#theme").click();
        var dark = page.evaluate(background);
        assertThat(dark).isNotEqualTo(light);
        page.reload();
        assertThat(page.evaluate(background)).as("kept").isEqualTo(dark);
    }

    @Test
    void goesByKeyboardAlone() {
        var page = page(1200, 800, ColorScheme.LIGHT);
        page.getByText("Skip to the page").focus();
        page.keyboard().press("Tab");
        assertThat(page.evaluate("document.activeElement.textContent")).isEqualTo("Talk");
        page.keyboard().press("Tab");
        page.keyboard().press("Enter");
        page.locator(".runs").waitFor(new Locator.WaitForOptions());
    }
}
