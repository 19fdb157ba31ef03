package io.lifeguard.sample;

import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.lifeguard.test.ExpectTaskFailure;
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

	private final String url;

	private Browser browser;

	PageBrowserTests(@LocalServerPort int port) {
		this.url = "http://127.0.0.1:%d/".formatted(port);
	}

	@BeforeEach
	void open() {
		this.browser = new Browser(this.url);
		await().until(() -> !this.browser.inFrame(() -> this.browser.all("#pools canvas")).isEmpty());
	}

	@AfterEach
	void close() {
		this.browser.close();
	}

	@Test
	@ExpectTaskFailure(Throwable.class)
	void showsWhatComesOfEveryButton() {
		for (Mishap mishap : Mishap.all().toList()) {
			press(mishap);
			String order = sawOutcome(mishap);
			if (FAILURES.contains(mishap.effect())) {
				showsEvent(order, mishap.pool(), "error");
				showsOnBoard(order, mishap.pool(), mishap.effect());
			}
		}
		takeScreenshots();
		assertThat(this.browser.complaints()).isEmpty();
		askedNobodyElse();
	}

	@Test
	@ExpectTaskFailure(Throwable.class)
	void showsWhatToPressAndItsResultWithoutScrolling() {
		this.browser.resize(1366, 768);
		assertThat(this.browser.all("[data-mishap]")).hasSameSizeAs(Mishap.all().toList()).allSatisfy(this::isInSight);
		WebElement button = this.browser.one("[data-mishap=execute]");
		button.click();
		sawOutcome(Mishap.all().filter((mishap) -> mishap.id().equals("execute")).findFirst().orElseThrow());
		isInSight(button);
		isInSight(this.browser.one("[data-shown=execute]"));
		isInSight(this.browser.one("#events summary"));
		assertThat(this.browser.evaluate("scrollY")).isEqualTo(0L);
	}

	@Test
	void showsTheResultBesideTheButtonOnAPhone() {
		this.browser.resize(360, 780);
		Mishap mishap = Mishap.all().filter((candidate) -> candidate.id().equals("read")).findFirst().orElseThrow();
		press(mishap);
		sawOutcome(mishap);
		isInSight(this.browser.one("[data-mishap=read]"));
		isInSight(this.browser.one("[data-shown=read] .outcome"));
		assertThat((Long) this.browser.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
	}

	@Test
	@ExpectTaskFailure(Throwable.class)
	void showsStackAndDetailsOfAnEvent() {
		Mishap mishap = Mishap.all().filter((candidate) -> candidate.id().equals("execute")).findFirst().orElseThrow();
		press(mishap);
		sawOutcome(mishap);
		this.browser.one("#events summary").click();
		assertThat(this.browser.one("#events details[open]").getText()).contains("pool", "task", "handling",
				"lifeguard", "Task Pool", "Warehouse.take");
	}

	@Test
	void showsTheWholeBoardWithoutAScrollBarOfItsOwn() {
		await().untilAsserted(() -> assertThat((Boolean) this.browser
			.inFrame(() -> this.browser.evaluate("document.documentElement.scrollHeight <= innerHeight"))).isTrue());
	}

	@Test
	@ExpectTaskFailure(Throwable.class)
	void hasNothingThatAxeFinds() {
		press(Mishap.all().findFirst().orElseThrow());
		sawOutcome(Mishap.all().findFirst().orElseThrow());
		assertThat(this.browser.violations()).isEmpty();
		this.browser.prefer("dark");
		assertThat(this.browser.violations()).isEmpty();
		this.browser.resize(360, 780);
		assertThat(this.browser.violations()).isEmpty();
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

	private void press(Mishap mishap) {
		WebElement button = this.browser.one("[data-mishap=%s]".formatted(mishap.id()));
		this.browser.evaluate("arguments[0].scrollIntoView({ block: 'center' })", button);
		button.click();
	}

	private String sawOutcome(Mishap mishap) {
		WebElement outcome = this.browser.one("[data-shown=%s] .outcome".formatted(mishap.id()));
		await(mishap.id()).atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(outcome.getDomAttribute("data-state")).isEqualTo("done"));
		return outcome.getDomAttribute("data-order");
	}

	private void showsEvent(String order, String... words) {
		await().untilAsserted(() -> shows("#events summary", order, words));
	}

	private void showsOnBoard(String order, String... words) {
		await().untilAsserted(() -> this.browser.inFrame(() -> shows("#failures summary", order, words)));
	}

	private List<WebElement> shows(String entries, String order, String... words) {
		List<WebElement> elements = this.browser.all(entries);
		assertThat(elements).extracting(WebElement::getText)
			.anySatisfy((text) -> assertThat(text).containsPattern("order %s\\b".formatted(order)).contains(words));
		return elements;
	}

	private void isInSight(WebElement element) {
		assertThat((Boolean) this.browser.evaluate("""
				(({ top, bottom }) => top >= 0 && bottom <= innerHeight)(arguments[0].getBoundingClientRect())""",
				element))
			.as(element.getText())
			.isTrue();
	}

	private void takeScreenshots() {
		this.browser.resize(1440, 2000);
		this.browser.screenshot("sample-light");
		this.browser.prefer("dark");
		this.browser.screenshot("sample-dark");
		this.browser.resize(360, 1600);
		this.browser.screenshot("sample-narrow");
	}

	@SuppressWarnings("unchecked")
	private void askedNobodyElse() {
		List<String> requests = (List<String>) this.browser
			.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)");
		assertThat(requests).isNotEmpty().allMatch((request) -> request.startsWith(this.url));
	}

}
