package io.lifeguard.sample;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

import org.springframework.boot.test.web.server.LocalServerPort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Uses the page as people do, in a real browser. Run with
 * {@code -DexcludedGroups= -Dgroups=browser}, where Debian's chromium and chromium-driver
 * are installed.
 */
@ShopTest
@Tag("browser")
class PageBrowserTests {

	private static final Set<String> FAILURES = Set.of("uncaught", "unobserved");

	/**
	 * What the browser says of a health that is down, as it has to be for a while.
	 */
	private static final String DOWN = "/actuator/health/pools - Failed to load resource: the server responded with a status of 503";

	private final int port;

	private final String url;

	private Browser browser;

	PageBrowserTests(@LocalServerPort int port) {
		this.port = port;
		this.url = "http://127.0.0.1:%d/".formatted(port);
	}

	@BeforeEach
	void open() {
		this.browser = new Browser(this.url);
		await().until(() -> !this.browser.all(".pool canvas").isEmpty());
	}

	@AfterEach
	void close() {
		this.browser.close();
	}

	@Test
	void showsWhatComesOfEveryButton() {
		for (Mishap mishap : Mishap.all().toList()) {
			press(mishap);
			String order = sawOutcome(mishap);
			if (FAILURES.contains(mishap.effect())) {
				showsInList("#failures", order, mishap.pool(), mishap.effect());
				showsInList("#events", order, mishap.pool(), "error");
			}
		}
		takeScreenshots();
		assertThat(this.browser.complaints()).allMatch((complaint) -> complaint.contains(DOWN),
				"no other than " + DOWN);
		askedNobodyElse();
	}

	@Test
	void showsStackAndDetailsOfFailureAndEvent() {
		Mishap mishap = Mishap.all().filter((candidate) -> candidate.id().equals("execute")).findFirst().orElseThrow();
		press(mishap);
		sawOutcome(mishap);
		this.browser.one("#failures summary").click();
		assertThat(this.browser.one("#failures details[open]").getText()).contains("Task", "Thread", "stock-",
				"UncaughtMishaps.execute", "io.lifeguard.sample.shop.Warehouse.take");
		this.browser.one("#events summary").click();
		assertThat(this.browser.one("#events details[open]").getText()).contains("pool", "task", "handling",
				"lifeguard", "Task Pool", "Warehouse.take");
	}

	@Test
	void worksWithTheKeyboardAlone() {
		WebElement button = this.browser.one("[data-mishap=cancel]");
		this.browser.evaluate("arguments[0].focus({ focusVisible: true })", button);
		assertThat(this.browser.evaluate("getComputedStyle(arguments[0]).outlineStyle", button)).isEqualTo("solid");
		button.sendKeys(Keys.ENTER);
		await().atMost(Duration.ofSeconds(20))
			.untilAsserted(() -> assertThat(this.browser.one("#announcement").getText()).contains("Cancel a task"));
		button.sendKeys(Keys.TAB);
		assertThat(this.browser.evaluate("document.activeElement.dataset.mishap")).isEqualTo("ignore");
	}

	@Test
	void pausesOnRequest() {
		WebElement pause = this.browser.one("#pause");
		pause.click();
		assertThat(pause.getDomAttribute("aria-pressed")).isEqualTo("true");
		String numbers = this.browser.one("#numbers").getText();
		new ShopClient(this.port).post("/orders");
		await().during(Duration.ofSeconds(2))
			.untilAsserted(() -> assertThat(this.browser.one("#numbers").getText()).isEqualTo(numbers));
		pause.click();
		await().untilAsserted(() -> assertThat(this.browser.one("#numbers").getText()).isNotEqualTo(numbers));
	}

	@Test
	void fitsOnAPhone() {
		this.browser.resize(360, 780);
		assertThat((Long) this.browser.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
	}

	private void press(Mishap mishap) {
		WebElement button = this.browser.one("[data-mishap=%s]".formatted(mishap.id()));
		this.browser.evaluate("arguments[0].scrollIntoView({ block: 'center' })", button);
		button.click();
	}

	private String sawOutcome(Mishap mishap) {
		WebElement outcome = this.browser.one(".mishap:has([data-mishap=%s]) .outcome".formatted(mishap.id()));
		await(mishap.id()).atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(outcome.getDomAttribute("data-state")).isEqualTo("done"));
		return outcome.getDomAttribute("data-order");
	}

	private void showsInList(String list, String order, String... words) {
		await().untilAsserted(() -> assertThat(this.browser.all(list + " summary")).extracting(WebElement::getText)
			.anySatisfy((text) -> assertThat(text).containsPattern("order %s\\b".formatted(order)).contains(words)));
	}

	private void takeScreenshots() {
		this.browser.evaluate("document.querySelectorAll('.feed li:first-child details').forEach(d => d.open = true)");
		this.browser.screenshot("light");
		this.browser.prefer("dark");
		this.browser.screenshot("dark");
		this.browser.resize(360, 780);
		this.browser.screenshot("narrow-dark");
		this.browser.prefer("light");
		this.browser.screenshot("narrow");
	}

	@SuppressWarnings("unchecked")
	private void askedNobodyElse() {
		List<String> requests = (List<String>) this.browser
			.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)");
		assertThat(requests).isNotEmpty().allMatch((request) -> request.startsWith(this.url));
	}

}
