package io.lifeguard.benchmarks;

import java.util.Map;

import org.dromara.dynamictp.common.manager.ContextManager;
import org.dromara.dynamictp.common.properties.DtpProperties;

/**
 * The application that DynamicTp asks for: one without beans.
 */
public final class DynamicTpContext implements ContextManager {

	@Override
	public <T> T getBean(Class<T> type) {
		return (type == DtpProperties.class) ? type.cast(DtpProperties.getInstance()) : null;
	}

	@Override
	public <T> T getBean(String name, Class<T> type) {
		return null;
	}

	@Override
	public <T> Map<String, T> getBeansOfType(Class<T> type) {
		return Map.of();
	}

	@Override
	public Object getEnvironment() {
		return null;
	}

	@Override
	public String getEnvironmentProperty(String key) {
		return null;
	}

	@Override
	public String getEnvironmentProperty(String key, Object environment) {
		return null;
	}

	@Override
	public String getEnvironmentProperty(String key, String defaultValue) {
		return defaultValue;
	}

}
