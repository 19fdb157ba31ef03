package io.lifeguard.sample;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Uses the starter's board in a real browser, over answers of the endpoints that hold
 * every state. Run as {@link PageBrowserTests}.
 */
@Tag("browser")
@ExtendWith(PatientAwaitility.class)
class BoardBrowserTests {

	private static final String ATTACK = "<img src=x onerror=\"injected=1\"><script>injected=1</script>";

	private static Browser browser;

	private final BoardServer server = new BoardServer();

	@BeforeAll
	static void startBrowser() {
		browser = new Browser("about:blank");
	}

	@AfterAll
	static void closeBrowser() {
		browser.close();
	}

	@BeforeEach
	void answer() {
		browser.resize(1440, 900);
		browser.prefer("light");
		pools(pool("mail", "UP", ""), pool("stock", "DEGRADED", """
				, "reason": "31 of 60 tasks failed", "advice": ["Raise lifeguard.pools.stock.max-size"]"""),
				pool("invoices", "DOWN", """
						, "reason": "Deadlocked: each of its 2 threads waits" """), """
						"server": {"type": "org.apache.tomcat.util.threads.ThreadPoolExecutor", "threads": "platform",
						"status": "UP", "readOnly": true, "size": {"core": 10, "max": 200, "current": 10},
						"active": 2, "queue": {"size": 0}}""");
		schedules(schedule("Stock.count", "UP", ""), schedule("Bill.close", "FAILING", "its last 3 runs failed"),
				schedule("Report.send", "OVERDUE", "due for 2 minutes"),
				schedule("Archive.run", "SILENT", "no success for 26 hours"),
				schedule("Feed.poll", "DEAD", "it will not run again"));
		for (String name : List.of("mail", "stock", "invoices")) {
			this.server.answer("pools/" + name, 200, details(name, failure("no mailbox"), task("io.shop.Mailer.send")));
		}
		browser.complaints();
	}

	@AfterEach
	void stop() {
		browser.open("about:blank");
		this.server.close();
	}

	@Test
	void showsEveryStateWithTheSickFirstAndWhatToDo() {
		open();
		assertThat(texts("#pools .name")).containsExactly("invoices", "stock", "mail", "server");
		assertThat(texts("#schedules .name")).containsExactly("Feed.poll", "Archive.run", "Bill.close", "Report.send",
				"Stock.count");
		assertThat(texts("#pools .status")).containsExactly("down", "degraded", "up", "up");
		assertThat(texts("#schedules .status")).containsExactly("dead", "silent", "failing", "overdue", "up");
		assertThat(texts("#pools .reason")).containsExactly("Deadlocked: each of its 2 threads waits",
				"31 of 60 tasks failed");
		assertThat(texts("#pools .advice")).containsExactly("Raise lifeguard.pools.stock.max-size");
		assertThat(texts("#schedules .reason")).hasSize(4).contains("it will not run again");
		assertThat(texts("#schedules .about")).contains("every 2 s, on taskScheduler");
		assertThat(text("#verdict")).isEqualTo("Worth a look, of 4 pools and 5 schedules: Feed.poll is dead, "
				+ "invoices is down, Archive.run is silent, Bill.close is failing, Report.send is overdue, and 1 more.");
		assertThat(text("#failures summary")).contains("MailRefusedException", "uncaught", "no mailbox", "Mailer.send",
				"Submitted from io.shop.Shop.order(Shop.java:31)");
		assertThat(browser.all("#pools canvas")).hasSize(14);
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void showsLoadNumbersRunningTasksAndFailuresOfAPool() {
		open();
		toggle("stock");
		String row = "#pools .row:nth-child(2) ";
		eventually().untilAsserted(() -> assertThat(text(row + ".running")).contains("Mailer.send on stock-1, for "));
		assertThat(text(row + ".load"))
			.isEqualTo("Load: 12 tasks a second need 3.4 of 8 threads; 3.1 busy on average. Mean wait 200 ms.");
		browser.one(row + ".running summary").click();
		assertThat(text(row + ".running pre")).isEqualTo("io.shop.Mailer.send(Mailer.java:7)");
		assertThat(text(row + ".details")).contains("And 400 more, which run for less long.");
		browser.one(row + ".recent summary").click();
		assertThat(text(row + ".recent .more")).contains("io.shop.MailRefusedException", "stock-1", "12 ms");
	}

	@Test
	void hasNothingThatAxeFinds() {
		open();
		assertThat(browser.violations()).isEmpty();
		browser.all(".row .name").forEach((name) -> browser.evaluate("arguments[0].click()", name));
		eventually().until(() -> !browser.all(".recent summary").isEmpty());
		browser.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
		for (String scheme : List.of("light", "dark")) {
			browser.prefer(scheme);
			browser.resize(1440, 2400);
			assertThat(browser.violations()).as(scheme).isEmpty();
			browser.screenshot("board-" + scheme);
			browser.resize(360, 3000);
			assertThat(browser.violations()).as(scheme + ", narrow").isEmpty();
			assertThat((Long) browser.evaluate("document.documentElement.scrollWidth")).isLessThanOrEqualTo(360);
			browser.screenshot("board-narrow-" + scheme);
		}
		browser.one("#pool-words .word").click();
		assertThat(browser.violations()).isEmpty();
	}

	@Test
	void keepsTextTextWhereverItIs() {
		String attack = JsonMapper.shared().writeValueAsString(ATTACK);
		String inside = attack.substring(1, attack.length() - 1);
		pools(pool(inside, "DEGRADED", ", \"reason\": %1$s, \"advice\": [%1$s]".formatted(attack)));
		schedules(schedule(inside, inside, inside));
		this.server.answer("pools/" + ATTACK, 200, details(inside, failure(inside), task(inside)));
		open();
		toggle(ATTACK);
		browser.one("#schedules .name").click();
		eventually().until(() -> !browser.all(".running pre").isEmpty());
		browser.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })");
		for (String place : List.of("#pools .name", "#pools .reason", "#pools .advice", "#failures .message",
				"#failures summary .from", ".running strong", ".running pre", "#schedules .name", "#schedules .reason",
				"#verdict")) {
			assertThat(text(place)).as(place).contains(ATTACK);
		}
		assertThat(browser.evaluate("typeof injected")).isEqualTo("undefined");
		assertThat(browser.all("img, main script")).isEmpty();
		assertThat(browser.complaints()).isEmpty();
	}

	@Test
	void drawsWhatIsInSightOfHundredsOfPools() {
		pools(IntStream.range(0, 300)
			.mapToObj((i) -> pool("pool-%03d".formatted(i), (i % 100 == 50) ? "DEGRADED" : "UP", ""))
			.toArray(String[]::new));
		open();
		assertThat(texts("#pools .name")).hasSize(300)
			.startsWith("pool-050", "pool-150", "pool-250", "pool-000", "pool-001");
		browser.screenshot("board-300");
		assertThat(browser.all("#pools canvas")).hasSizeBetween(20, 100);
		browser.evaluate("document.querySelector('#pools .row:nth-child(200)').scrollIntoView()");
		eventually().until(() -> !browser.all("#pools .row:nth-child(200) canvas").isEmpty());
		eventually().until(() -> browser.all("#pools .row:nth-child(1) canvas").isEmpty());
		assertThat(browser.all("#pools canvas")).hasSizeBetween(20, 100);
	}

	@Test
	void findsByNameTaskAndException() {
		open();
		search("STO");
		assertThat(shownNames()).containsExactly("stock", "Stock.count");
		assertThat(text("#pools-shown")).isEqualTo("1 of 4 pools");
		search("refusedexc");
		assertThat(shownNames()).isEmpty();
		assertThat(browser.all("#failures .failure")).hasSize(3);
		search("nothing like that");
		assertThat(browser.all("#failures .failure")).isEmpty();
		search("");
		browser.one("#sick-only").click();
		assertThat(shownNames()).containsExactly("invoices", "stock", "Feed.poll", "Archive.run", "Bill.close",
				"Report.send");
	}

	@ParameterizedTest
	@CsvSource({ "401, You may not see the endpoint pools (it answered 401).",
			"403, You may not see the endpoint pools (it answered 403).", "404, The endpoint pools is not there.",
			"302, You are signed out" })
	void saysWhatTheViewerMayNotSeeAndAsksOnRequestOnly(int status, String notice) {
		this.server.answer("pools", status, "{}");
		browser.open(this.server.url());
		eventually().untilAsserted(() -> assertThat(text("#pools-notice")).startsWith(notice));
		eventually().untilAsserted(() -> assertThat(texts("#schedules .name")).hasSize(5));
		assertThat(browser.complaints().size()).isLessThanOrEqualTo(1);
		pools(pool("mail", "UP", ""));
		browser.one("#pools-notice button").click();
		eventually().untilAsserted(() -> assertThat(texts("#pools .name")).containsExactly("mail"));
		assertThat(browser.one("#pools-notice").isDisplayed()).isFalse();
	}

	@Test
	void saysWhatIsNotThereWithoutAskingForIt() {
		this.server.body("<body data-pools=\"pools\">");
		browser.open(this.server.url());
		eventually().untilAsserted(() -> assertThat(text("#schedules-notice"))
			.startsWith("The endpoint schedules is not there. It is where management.endpoints.web.exposure.include"));
		assertThat(browser.complaints()).isEmpty();
		schedules();
		pools();
		this.server.body("<body data-pools=\"pools\" data-schedules=\"schedules\">");
		browser.open(this.server.url());
		eventually().untilAsserted(() -> assertThat(texts("#pools-none, #schedules-none"))
			.containsExactly("There is none.", "There is none."));
		assertThat(text("#verdict")).isEqualTo("Nothing to show.");
	}

	@Test
	void saysThatMessagesAndStacksAreHidden() {
		this.server.answer("pools/mail", 200, details("mail", failure("******"), "******"));
		open();
		assertThat(text("#failures-notice")).isEqualTo("Messages and stacks are hidden from you: "
				+ "management.endpoint.pools.show-values and roles say who sees them.");
		toggle("mail");
		eventually().until(() -> !browser.all(".running summary").isEmpty());
		browser.one(".running summary").click();
		assertThat(text(".running pre"))
			.isEqualTo("The stack is hidden from you: see management.endpoint.pools.show-values.");
		assertThat(browser.all("main").get(0).getText()).contains("hidden from you").doesNotContain("******");
	}

	@Test
	void showsWhatAnOlderOrOtherAnswerHas() {
		pools("""
				"threads": {"type": "org.springframework.core.task.SimpleAsyncTaskExecutor", "threads": "virtual",
				"status": "UP", "tasks": {"submitted": 2, "succeeded": 1, "failed": 0, "cancelled": 0, "rejected": 0,
				"lost": 0, "timedOut": 0, "running": 1, "queued": 0}, "failures": {"uncaught": 0, "unobserved": 0,
				"observed": 0, "watched": 0, "reported": 0, "suppressed": 0}, "stuck": 0}""",
				pool("odd", "STRANGE", ""));
		open();
		assertThat(texts("#pools .name")).containsExactly("odd", "threads");
		assertThat(text("#pools .reason")).isEqualTo("It is strange; the endpoint does not say why.");
		toggle("threads");
		assertThat(text("#pools .row:nth-child(2) .load")).isEqualTo("Not known yet.");
		assertThat(texts("#pools .row:nth-child(2) label")).containsExactly("Concurrency limit");
		eventually().untilAsserted(() -> assertThat(text("#pools .row:nth-child(2) .details"))
			.contains("The endpoint does not show you what it runs and what has failed."));
		assertThat(browser.complaints()).hasSize(2).anyMatch((complaint) -> complaint.contains("pools/threads"));
	}

	@Test
	void goesOnAfterTheApplicationWasAway() {
		open();
		this.server.stop();
		eventually().untilAsserted(() -> assertThat(text("#away"))
			.contains("The application does not answer (no connection). What you see is from ", "Trying again every "));
		pools(pool("fresh", "UP", ""));
		this.server.start();
		eventually().untilAsserted(() -> assertThat(texts("#pools .name")).containsExactly("fresh"));
		assertThat(browser.one("#away").isDisplayed()).isFalse();
		this.server.answer("pools", 503, "{}");
		eventually().untilAsserted(() -> assertThat(text("#away")).contains("(it answered 503)"));
		pools(pool("again", "UP", ""));
		browser.one("#retry").click();
		eventually().untilAsserted(() -> assertThat(texts("#pools .name")).containsExactly("again"));
	}

	@Test
	void changesSizesAndTellsWhatTheEndpointSaysOfABadValue() {
		open();
		toggle("mail");
		String form = "#pools .row:nth-child(3) form ";
		type(form + "[name=coreSize]", "9");
		this.server.answer("POST pools/mail", 400, """
				{"property": "coreSize", "value": 9, "reason": "must not be larger than maxSize, which is 8"}""");
		browser.one(form + "button").click();
		eventually().untilAsserted(() -> assertThat(texts(form + ".error"))
			.containsExactly("9 must not be larger than maxSize, which is 8"));
		WebElement field = browser.one(form + "[name=coreSize]");
		assertThat(field.getDomAttribute("aria-invalid")).isEqualTo("true");
		assertThat(browser.evaluate("document.activeElement === arguments[0]", field)).isEqualTo(true);
		assertThat(this.server.changes()).containsExactly("{\"coreSize\":\"9\"}");
		this.server.answer("POST pools/mail", 400, """
				{"reason": "must have at least one"}""");
		browser.one(form + "button").click();
		eventually().untilAsserted(() -> assertThat(text(form + "p")).isEqualTo("must have at least one"));
		this.server.answer("POST pools/mail", 403, "{}");
		browser.one(form + "button").click();
		eventually().untilAsserted(
				() -> assertThat(text(form + "p")).isEqualTo("You may not change it (the endpoint answered 403)."));
		this.server.answer("POST pools/mail", 200, details("mail", failure("no mailbox"), task("io.shop.Mailer.send")));
		this.server.changes();
		browser.one(form + "button").click();
		eventually().untilAsserted(() -> assertThat(text(form + "p")).isEqualTo("Changed."));
		assertThat(this.server.changes()).containsExactly("{\"coreSize\":\"9\"}");
		assertThat(field.getDomProperty("value")).isEqualTo("4");
		browser.one(form + "button").click();
		eventually().untilAsserted(() -> assertThat(text(form + "p")).isEqualTo("Nothing to change."));
		assertThat(this.server.changes()).isEmpty();
	}

	@Test
	void offersNoChangeWhereTheEndpointOrThePoolTakesNone() {
		this.server.body("<body data-pools=\"pools\">");
		open();
		toggle("mail");
		toggle("server");
		assertThat(browser.all("form")).isEmpty();
		assertThat(text("#pools .row:nth-child(3) .details"))
			.contains("They can be changed here where management.endpoint.pools.access is unrestricted.");
		assertThat(text("#pools .row:nth-child(4) .details"))
			.isEqualTo("A pool that is not the application's: it is shown and no more.");
	}

	@Test
	void explainsItsWords() {
		open();
		WebElement word = browser.all("#pool-words .word")
			.stream()
			.filter((button) -> button.getText().equals("Held back"))
			.findFirst()
			.orElseThrow();
		word.sendKeys(Keys.ENTER);
		assertThat(browser.one("#word-held-back").getText())
			.startsWith("Held back: failures that are counted and not reported one by one");
		word.sendKeys(Keys.ESCAPE);
		assertThat(browser.one("#word-held-back").isDisplayed()).isFalse();
		assertThat(texts("#pool-words .word, #schedule-words .word")).contains("Watched", "Lost", "Dead", "Lag");
	}

	@Test
	void worksWithTheKeyboardAloneAndKeepsTheFocusWhenPoolsFallSick() {
		open();
		WebElement name = name("mail");
		browser.evaluate("arguments[0].focus({ focusVisible: true })", name);
		assertThat(browser.evaluate("getComputedStyle(arguments[0]).outlineStyle", name)).isEqualTo("solid");
		name.sendKeys(Keys.ENTER);
		assertThat(name.getDomAttribute("aria-expanded")).isEqualTo("true");
		eventually().until(() -> !browser.all(".running summary").isEmpty());
		pools(pool("aaa", "DOWN", ""), pool("mail", "DEGRADED", ""), pool("stock", "UP", ""));
		eventually().untilAsserted(() -> assertThat(texts("#pools .name")).containsExactly("aaa", "mail", "stock"));
		assertThat(browser.evaluate("document.activeElement.textContent")).isEqualTo("mail");
		name.sendKeys(Keys.SPACE);
		assertThat(name.getDomAttribute("aria-expanded")).isEqualTo("false");
	}

	@Test
	void pausesOnRequest() {
		open();
		browser.one("#pause").click();
		pools(pool("fresh", "UP", ""));
		browser.one("#pause").click();
		eventually().untilAsserted(() -> assertThat(texts("#pools .name")).containsExactly("fresh"));
		browser.one("#pause").click();
		assertThat(browser.one("#pause").getDomAttribute("aria-pressed")).isEqualTo("true");
		pools(pool("fresher", "UP", ""));
		browser.evaluate("tick()");
		assertThat(texts("#pools .name")).containsExactly("fresh");
	}

	private void open() {
		browser.open(this.server.url());
		eventually().until(() -> !browser.all("#pools .row").isEmpty() && !browser.all("#pools canvas").isEmpty()
				&& (Boolean) browser.evaluate("!state.busy && state.lastAnswer !== null"));
	}

	private static ConditionFactory eventually() {
		return org.awaitility.Awaitility.await();
	}

	private static WebElement name(String name) {
		return browser.all(".row .name")
			.stream()
			.filter((button) -> button.getText().equals(name))
			.findFirst()
			.orElseThrow();
	}

	private static void toggle(String name) {
		browser.evaluate("arguments[0].click()", name(name));
	}

	private static void search(String text) {
		browser.evaluate("(field => { field.value = arguments[0]; field.dispatchEvent(new Event('input')); })"
				+ "(document.getElementById('search'))", text);
	}

	private static void type(String field, String text) {
		browser.one(field).clear();
		browser.one(field).sendKeys(text);
	}

	private static String text(String selector) {
		return texts(selector).stream().findFirst().orElse("");
	}

	/**
	 * Return the texts that can be seen, all at one moment.
	 */
	@SuppressWarnings("unchecked")
	private static List<String> texts(String selector) {
		return (List<String>) browser.evaluate("""
				[...document.querySelectorAll(arguments[0])].filter((element) => element.checkVisibility())
				  .map((element) => element.innerText.trim()).filter((text) => text !== '')""", selector);
	}

	private static List<String> shownNames() {
		return texts(".row:not([hidden]) .name");
	}

	private void pools(String... pools) {
		this.server.answer("pools", 200, "{\"pools\": {%s}}".formatted(String.join(", ", pools)));
	}

	private void schedules(String... schedules) {
		this.server.answer("schedules", 200, "{\"schedules\": {%s}}".formatted(String.join(", ", schedules)));
	}

	private static String pool(String name, String status, String more) {
		return "\"%s\": %s".formatted(name, poolOf(status, more));
	}

	private static String poolOf(String status, String more) {
		return """
				{"type": "org.springframework.scheduling.concurrent.ThreadPoolTaskExecutor", "threads": "platform",
				"status": "%s", "size": {"core": 4, "max": 8, "current": 4, "largest": 4}, "active": 3,
				"queue": {"size": 2, "capacity": 1000}, "tasks": {"submitted": 20, "succeeded": 12, "failed": 2,
				"cancelled": 0, "rejected": 1, "lost": 0, "timedOut": 0, "running": 3, "queued": 2},
				"failures": {"uncaught": 1, "unobserved": 0, "observed": 0, "watched": 1, "reported": 1,
				"suppressed": 0}, "stuck": 0,
				"load": {"arrivals": 12.3, "busy": 3.1, "demand": 3.4, "wait": "PT0.2S"}%s}""".formatted(status, more);
	}

	private static String details(String name, String failure, String stack) {
		return poolOf("UP", """
				, "recentFailures": [%s], "runningTasksOmitted": 400, "runningTasks": [{"task": "%s", "thread": "%s-1",
				"since": "%s", "stack": ["%s"]}]""".formatted(failure, stack.startsWith("<") ? stack : "Mailer.send",
				name, Instant.now().minusSeconds(12), stack));
	}

	private static String failure(String message) {
		String task = message.startsWith("<") ? message : "Mailer.send";
		return """
				{"at": "%s", "exception": "io.shop.MailRefusedException", "message": "%s", "task": "%s",
				"thread": "stock-1", "handling": "uncaught", "waited": "PT0.003S", "ran": "PT0.012S",
				"submittedFrom": "io.shop.Shop.order(Shop.java:31)"}""".formatted(Instant.now(), message, task);
	}

	private static String task(String frame) {
		return frame.startsWith("<") ? frame : frame + "(Mailer.java:7)";
	}

	private static String schedule(String name, String status, String reason) {
		Map<String, String> fields = Map.of("pool", "\"taskScheduler\"", "task", "\"%s\"".formatted(name), "trigger",
				"{\"type\": \"fixed-rate\", \"period\": \"PT2S\"}", "status", "\"%s\"".formatted(status));
		String all = Stream
			.concat(fields.entrySet().stream().map((field) -> "\"%s\": %s".formatted(field.getKey(), field.getValue())),
					reason.isEmpty() ? Stream.of() : Stream.of("\"reason\": \"%s\"".formatted(reason)))
			.collect(Collectors.joining(", "));
		return """
				"%s": {%s, "running": 0, "runs": 12, "failures": 1, "consecutiveFailures": 0, "lastStart": "%3$s",
				"lastEnd": "%3$s", "lastOutcome": "success", "lastSuccess": "%3$s", "lastDuration": "PT0.8S",
				"lag": "PT0.012S", "nextDue": "%3$s"}""".formatted(name, all, Instant.now());
	}

}
