package io.lifeguard.tuning;

import java.beans.PropertyDescriptor;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.BeanUtils;
import org.springframework.boot.context.properties.bind.DataObjectPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.core.ResolvableType;

/**
 * The names of all properties there are, in which {@value #ANY} stands for the key of a
 * map.
 */
final class KnownProperties {

	private static final String ANY = "*";

	private final Set<List<String>> names;

	/**
	 * Collect the names of the properties of the given type.
	 */
	KnownProperties(String prefix, Class<?> type) {
		Set<List<String>> names = new LinkedHashSet<>();
		collect(List.of(prefix), ResolvableType.forClass(type), names);
		this.names = names;
	}

	private static void collect(List<String> path, ResolvableType type, Set<List<String>> names) {
		for (PropertyDescriptor property : BeanUtils.getPropertyDescriptors(type.toClass())) {
			if (property.getReadMethod() != null && !property.getName().equals("class")) {
				ResolvableType propertyType = ResolvableType.forMethodReturnType(property.getReadMethod());
				add(with(path, DataObjectPropertyName.toDashedForm(property.getName())), propertyType, names);
			}
		}
	}

	private static void add(List<String> path, ResolvableType type, Set<List<String>> names) {
		if (Map.class.isAssignableFrom(type.toClass())) {
			add(with(path, ANY), type.asMap().getGeneric(1), names);
		}
		else if (type.toClass().getPackageName().startsWith("io.lifeguard.") && !type.toClass().isEnum()) {
			collect(path, type, names);
		}
		else {
			names.add(path);
		}
	}

	private static List<String> with(List<String> path, String element) {
		List<String> longer = new ArrayList<>(path);
		longer.add(element);
		return List.copyOf(longer);
	}

	/**
	 * Return the property that is probably meant by an unknown name, or {@code null} if
	 * none is like it.
	 */
	@Nullable String meantBy(ConfigurationPropertyName unknown) {
		List<String> elements = new ArrayList<>();
		for (int i = 0; i < unknown.getNumberOfElements(); i++) {
			elements.add(unknown.getElement(i, Form.ORIGINAL));
		}
		for (List<String> name : this.names) {
			String bracketed = withBrackets(elements, name);
			if (bracketed != null) {
				return bracketed;
			}
		}
		for (int i = 0; i < elements.size(); i++) {
			String meant = Spelling.closest(elements.get(i), alternatives(elements, i));
			if (meant != null) {
				elements.set(i, meant);
				return String.join(".", elements);
			}
		}
		return null;
	}

	/**
	 * Return what could stand in the given place, if all else is as it is.
	 */
	private Set<String> alternatives(List<String> elements, int place) {
		Set<String> alternatives = new TreeSet<>();
		for (List<String> name : this.names) {
			boolean fits = name.size() == elements.size() && !name.get(place).equals(ANY);
			for (int i = 0; fits && i < name.size(); i++) {
				fits = i == place || name.get(i).equals(ANY) || name.get(i).equals(elements.get(i));
			}
			if (fits) {
				alternatives.add(name.get(place));
			}
		}
		return alternatives;
	}

	/**
	 * Return the elements with those in brackets that are one key with dots, if the rest
	 * is as in the given name.
	 */
	private static @Nullable String withBrackets(List<String> elements, List<String> name) {
		int any = name.indexOf(ANY);
		int dotted = elements.size() - name.size();
		if (any < 0 || dotted < 1) {
			return null;
		}
		List<String> head = elements.subList(0, any);
		List<String> key = elements.subList(any, any + dotted + 1);
		List<String> tail = elements.subList(any + dotted + 1, elements.size());
		boolean fits = head.equals(name.subList(0, any)) && tail.equals(name.subList(any + 1, name.size()));
		return fits ? String.join(".", head) + "[" + String.join(".", key) + "]." + String.join(".", tail) : null;
	}

}
