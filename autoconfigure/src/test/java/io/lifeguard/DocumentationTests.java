package io.lifeguard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import io.lifeguard.autoconfigure.LifeguardAutoConfiguration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.task.TaskExecutionAutoConfiguration;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.env.PropertySource;
import org.springframework.core.io.ByteArrayResource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for what the documentation shows: its links lead somewhere, its snippets are
 * compiled, and its settings start an application.
 */
class DocumentationTests {

	private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

	private static final Path TEST_EXAMPLES = Path.of("../test-support/src/test/java/io/lifeguard/test/examples");

	private static final List<Path> SNIPPETS = List.of(Path.of("src/test/java/io/lifeguard/shop/Snippets.java"),
			TEST_EXAMPLES.resolve("Orders.java"), TEST_EXAMPLES.resolve("ExamplesTests.java"));

	private static final Pattern LINK = Pattern.compile("\\]\\(([^)\\s]+)\\)");

	private static final Pattern SNIPPET = Pattern.compile("<!-- snippet: (\\w+) -->\\n```java\\n(.*?)```",
			Pattern.DOTALL);

	private static final Pattern FILE = Pattern.compile("<!-- file: \\S+ -->\\n```java\\n");

	private static final Pattern YAML = Pattern.compile("```yaml\\n(.*?)```", Pattern.DOTALL);

	static List<Path> pages() throws IOException {
		List<Path> pages = new ArrayList<>();
		try (Stream<Path> files = Files.walk(ROOT.resolve("docs"))) {
			files.filter((file) -> file.toString().endsWith(".md")).sorted().forEach(pages::add);
		}
		pages.addAll(List.of(ROOT.resolve("README.md"), ROOT.resolve("CONTRIBUTING.md"), ROOT.resolve("CHANGELOG.md"),
				ROOT.resolve("observability/README.md")));
		return pages;
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everyLinkLeadsSomewhere(Path page) {
		Matcher link = LINK.matcher(text(page));
		while (link.find()) {
			String target = link.group(1);
			if (!target.startsWith("http")) {
				int anchor = target.indexOf('#');
				Path file = (anchor == 0) ? page
						: page.resolveSibling((anchor > 0) ? target.substring(0, anchor) : target).normalize();
				assertThat(file).as("%s in %s", target, page).exists();
				if (anchor >= 0) {
					assertThat(anchors(file)).as("%s in %s", target, page).contains(target.substring(anchor + 1));
				}
			}
		}
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everySnippetIsOneThatIsCompiled(Path page) {
		String compiled = SNIPPETS.stream().map(DocumentationTests::text).collect(Collectors.joining());
		Matcher snippet = SNIPPET.matcher(text(page));
		int snippets = 0;
		while (snippet.find()) {
			snippets++;
			assertThat(region(compiled, snippet.group(1))).as(snippet.group(1))
				.isEqualToNormalizingNewlines(snippet.group(2));
		}
		// .ci/getting-started writes the files of its page, and compiles them
		long files = page.endsWith("getting-started.md") ? FILE.matcher(text(page)).results().count() : 0;
		assertThat(text(page).split("```java\\n", -1)).as("snippets of %s, each marked", page)
			.hasSize(snippets + (int) files + 1);
	}

	@ParameterizedTest
	@MethodSource("pages")
	void everySettingStartsAnApplication(Path page) throws IOException {
		Matcher yaml = YAML.matcher(text(page));
		while (yaml.find()) {
			List<PropertySource<?>> sources = new YamlPropertySourceLoader().load("documentation",
					new ByteArrayResource(yaml.group(1).getBytes(StandardCharsets.UTF_8)));
			for (String virtual : List.of("false", "true")) {
				new ApplicationContextRunner()
					.withConfiguration(AutoConfigurations.of(TaskExecutionAutoConfiguration.class,
							LifeguardAutoConfiguration.class))
					.withPropertyValues("spring.threads.virtual.enabled=" + virtual)
					.withInitializer(
							(context) -> sources.forEach(context.getEnvironment().getPropertySources()::addLast))
					.run((context) -> assertThat(context).as("%s with virtual threads %s", yaml.group(1), virtual)
						.hasNotFailed());
			}
		}
	}

	@Test
	void aSnippetThatDiffersIsFound() {
		assertThat(region("\t// snippet: One\n\tint one;\n\t// end\n", "One")).isEqualTo("int one;\n");
	}

	/**
	 * Return the lines between the markers of a snippet, without what indents all of
	 * them.
	 */
	private static String region(String compiled, String name) {
		Matcher region = Pattern.compile("(\\t+)// snippet: " + name + "\\n(.*?)\\t// end\\n", Pattern.DOTALL)
			.matcher(compiled);
		assertThat(region.find()).as("snippet %s in %s", name, SNIPPETS).isTrue();
		return region.group(2).replaceAll("(?m)^" + region.group(1), "").stripTrailing() + "\n";
	}

	private static List<String> anchors(Path page) {
		return text(page).lines()
			.filter((line) -> line.startsWith("#"))
			.map((line) -> line.replaceFirst("^#+ ", "")
				.toLowerCase(Locale.ROOT)
				.replaceAll("[^\\p{L}\\p{N} _-]", "")
				.replace(' ', '-'))
			.toList();
	}

	private static String text(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
