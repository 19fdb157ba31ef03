package io.lifeguard.jdbc;

import java.beans.PropertyDescriptor;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.ConfigurationPropertiesBean;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadata;
import org.springframework.boot.jdbc.metadata.DataSourcePoolMetadataProvider;
import org.springframework.context.ApplicationContext;
import org.springframework.util.ClassUtils;

/**
 * A data source bean that has no more than so many connections.
 */
final class BoundedDataSource {

	private static final String GET_CONNECTION = ".getConnection";

	/** What the libraries that Spring Boot knows call their bound. */
	private static final List<String> BOUNDS = List.of("maximumPoolSize", "maxActive", "maxTotal", "maxPoolSize");

	private final String name;

	private final DataSource dataSource;

	private final DataSourcePoolMetadataProvider provider;

	/** The methods that a task is in which wants a connection. */
	private final Set<String> methods = new HashSet<>();

	BoundedDataSource(String name, DataSource dataSource, DataSourcePoolMetadataProvider provider) {
		this.name = name;
		this.dataSource = dataSource;
		this.provider = provider;
		for (Class<?> type = dataSource.getClass(); type != null; type = type.getSuperclass()) {
			this.methods.add(type.getName() + GET_CONNECTION);
		}
	}

	String name() {
		return this.name;
	}

	/**
	 * Return how many connections there may be if all of them are taken, otherwise 0.
	 */
	int exhausted() {
		DataSourcePoolMetadata metadata = this.provider.getDataSourcePoolMetadata(this.dataSource);
		Integer max = (metadata != null) ? metadata.getMax() : null;
		Integer active = (metadata != null) ? metadata.getActive() : null;
		return (max != null && active != null && max > 0 && active >= max) ? max : 0;
	}

	/**
	 * Whether a thread wants a connection.
	 * @param stack its frames, as they are printed
	 */
	boolean isWantedBy(List<String> stack) {
		return stack.stream().anyMatch((frame) -> this.methods.contains(method(frame)));
	}

	/**
	 * Return the class and method of a frame, without loader, module and line.
	 */
	private static String method(String frame) {
		String method = frame.substring(0, Math.max(0, frame.indexOf('(')));
		return method.substring(method.lastIndexOf('/') + 1);
	}

	/**
	 * Return the property that bounds the connections, or {@code null} if there is none.
	 */
	@Nullable String property(ApplicationContext context) {
		ConfigurationPropertiesBean properties = ConfigurationPropertiesBean.get(context, this.dataSource, this.name);
		if (properties == null) {
			return null;
		}
		Class<?> type = ClassUtils.getUserClass(this.dataSource);
		for (String bound : BOUNDS) {
			PropertyDescriptor descriptor = BeanUtils.getPropertyDescriptor(type, bound);
			if (descriptor != null && descriptor.getWriteMethod() != null) {
				return properties.getAnnotation().prefix() + "." + dashed(bound);
			}
		}
		return null;
	}

	private static String dashed(String name) {
		return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
	}

}
