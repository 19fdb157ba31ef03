package io.lifeguard.autoconfigure;

import java.beans.PropertyDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds the table of properties in the documentation against the generated metadata.
 */
class PropertiesDocumentationTests {

	private static final Pattern ROW = Pattern.compile("\\| `([a-z.-]+)` \\| (?:`(.*?)`)? *\\| (.+) \\|");

	@Test
	void documentsEveryPropertyAsTheMetadataDescribesIt() throws IOException {
		Map<String, String> documented = documented();
		documented.keySet().removeIf((name) -> name.indexOf('.') < 0);
		Map<String, String> described = new TreeMap<>();
		metadata().forEach((name, property) -> {
			if (!name.equals("lifeguard.pools")) {
				described.put(name, defaultValue(property) + property.get("description").asString());
			}
		});
		assertThat(documented).isEqualTo(described);
	}

	@Test
	void documentsEveryKeyOfAPool() throws IOException {
		Set<String> documented = new TreeSet<>(documented().keySet());
		documented.removeIf((name) -> name.indexOf('.') >= 0);
		Set<String> keys = new TreeSet<>();
		for (PropertyDescriptor key : BeanUtils.getPropertyDescriptors(PoolProperties.class)) {
			if (key.getWriteMethod() != null && key.getWriteMethod().getDeclaringClass() == PoolProperties.class) {
				keys.add(key.getName().replaceAll("([A-Z])", "-$1").toLowerCase(java.util.Locale.ROOT));
			}
		}
		assertThat(documented).isEqualTo(keys);
	}

	@Test
	void describesEveryPropertyInOneSentence() throws IOException {
		metadata().forEach((name, property) -> {
			assertThat(ConfigurationPropertyName.isValid(name)).as(name).isTrue();
			String description = property.path("description").asString("");
			assertThat(description).as(name).endsWith(".").doesNotStartWith("The ").doesNotStartWith("A ");
			assertThat(property.path("type").asString("")).as(name).isNotEmpty();
			if (property.get("type").asString().equals(Boolean.class.getName())) {
				assertThat(description).as(name).startsWith("Whether ");
			}
		});
	}

	private static String defaultValue(JsonNode property) {
		JsonNode value = property.get("defaultValue");
		return (value != null) ? "[" + (value.isString() ? value.asString() : value.toString()) + "] " : "";
	}

	private static Map<String, JsonNode> metadata() throws IOException {
		try (InputStream json = Files
			.newInputStream(Path.of("target/classes/META-INF/spring-configuration-metadata.json"))) {
			Map<String, JsonNode> properties = new TreeMap<>();
			StreamSupport.stream(JsonMapper.builder().build().readTree(json).get("properties").spliterator(), false)
				.forEach((property) -> properties.put(property.get("name").asString(), property));
			return properties;
		}
	}

	private static Map<String, String> documented() throws IOException {
		Map<String, String> rows = new TreeMap<>();
		for (String line : Files.readAllLines(Path.of("../docs/properties.md"))) {
			Matcher row = ROW.matcher(line);
			if (row.matches()) {
				rows.put(row.group(1), ((row.group(2) != null) ? "[" + row.group(2) + "] " : "") + row.group(3));
			}
		}
		return rows;
	}

}
