package io.lifeguard.tuning;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;

import io.lifeguard.InvalidLifeguardPropertyException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.IgnoreTopLevelConverterNotFoundBindHandler;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.boot.context.properties.source.UnboundElementsSourceFilter;
import org.springframework.core.env.Environment;

/**
 * Binds properties so that none is silent: an unknown key stops the start, a variable
 * that reaches nothing and a duration that was hardly meant so are logged.
 */
public final class StrictBinder {

	private final Environment environment;

	private final String prefix;

	private final KnownProperties known;

	private final SettingsWarnings warnings;

	private final Set<String> bound = new HashSet<>();

	/**
	 * Create a binder.
	 * @param prefix what the names of all properties begin with
	 * @param type the type of the properties
	 */
	public StrictBinder(Environment environment, String prefix, Class<?> type, SettingsWarnings warnings) {
		this.environment = environment;
		this.prefix = prefix;
		this.known = new KnownProperties(prefix, type);
		this.warnings = warnings;
	}

	/**
	 * Bind the given properties.
	 * @throws InvalidLifeguardPropertyException if a key is unknown
	 * @throws BindException if a value has the wrong type
	 */
	public void bind(Object properties) {
		try {
			Binder.get(this.environment).bind(this.prefix, Bindable.ofInstance(properties), new Handler());
		}
		catch (BindException ex) {
			throw (ex.getCause() instanceof UnboundConfigurationPropertiesException unbound) ? unknown(unbound) : ex;
		}
		warnOfVariables();
	}

	private InvalidLifeguardPropertyException unknown(UnboundConfigurationPropertiesException unbound) {
		ConfigurationProperty first = unbound.getUnboundProperties().iterator().next();
		String name = first.getName().toString();
		String meant = this.known.meantBy(first.getName());
		return new InvalidLifeguardPropertyException(name, first.getValue(), "there is no such property",
				(meant != null) ? "Did you mean '" + meant + "'?" : "Correct its name, or remove it.");
	}

	/**
	 * Warn of environment variables and system properties without effect: they can't stop
	 * the start, since they may be meant for something else.
	 */
	private void warnOfVariables() {
		ConfigurationPropertyName root = ConfigurationPropertyName.of(this.prefix);
		UnboundElementsSourceFilter strict = new UnboundElementsSourceFilter();
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(this.environment)) {
			if (source instanceof IterableConfigurationPropertySource names && !strict.apply(source)) {
				names.filter(root::isAncestorOf).forEach((name) -> warnOfVariable(names, name));
			}
		}
	}

	private void warnOfVariable(ConfigurationPropertySource source, ConfigurationPropertyName name) {
		ConfigurationProperty property = source.getConfigurationProperty(name);
		if (property == null || this.bound.contains(canonical(name))) {
			return;
		}
		this.warnings.warn(((property.getOrigin() != null) ? property.getOrigin() : "'" + name + "'")
				+ " has no effect: no property of Lifeguard is called so. An environment variable has the letters and"
				+ " digits of a pool's name alone, as in LIFEGUARD_POOLS_MYPOOL_CORESIZE, and can't name a pool with"
				+ " dots: set that in a file, as " + this.prefix + ".pools[my.pool].core-size");
	}

	/**
	 * Return the form in which a variable and the property that it sets are equal.
	 */
	private static String canonical(ConfigurationPropertyName name) {
		StringBuilder canonical = new StringBuilder();
		for (int i = 0; i < name.getNumberOfElements(); i++) {
			canonical.append(name.getElement(i, Form.UNIFORM));
		}
		return canonical.toString();
	}

	/**
	 * Refuses keys that are not known. One without a value is known, and unset.
	 */
	private final class Handler extends NoUnboundElementsBindHandler {

		Handler() {
			super(new IgnoreTopLevelConverterNotFoundBindHandler(), new UnboundElementsSourceFilter());
		}

		@Override
		public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				Object result) {
			StrictBinder.this.bound.add(canonical(name));
			ConfigurationProperty property = context.getConfigurationProperty();
			if (property != null && result instanceof Duration duration) {
				warnOfBareNumber(property, duration);
			}
			return super.onSuccess(name, target, context, result);
		}

		@Override
		public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
				@Nullable Object result) throws Exception {
			if (result == null) {
				super.onSuccess(name, target, context, "");
			}
			super.onFinish(name, target, context, result);
		}

		private void warnOfBareNumber(ConfigurationProperty property, Duration duration) {
			String value = String.valueOf(property.getValue()).trim();
			boolean bare = !value.isEmpty() && value.chars().allMatch(Character::isDigit);
			if (bare && !duration.isZero() && duration.toSeconds() == 0) {
				StrictBinder.this.warnings.warn("'" + property.getName() + "' is " + value
						+ " milliseconds, since it has no unit. Write " + value + "s for seconds, or " + value + "ms");
			}
		}

	}

}
