package io.lifeguard.actuate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;
import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;

/**
 * Refuses requests to change a pool that have a field which means nothing: Actuator
 * itself would pass over it in silence.
 */
public final class UnknownFieldAdvisor implements OperationInvokerAdvisor {

	private static final EndpointId POOLS = EndpointId.of("pools");

	private static final String SELECTOR = "name";

	private static final String VARIABLES = "org.springframework.web.servlet.HandlerMapping.uriTemplateVariables";

	private static final boolean SERVLET_STACK = ClassUtils.isPresent(
			"org.springframework.web.context.request.RequestContextHolder", UnknownFieldAdvisor.class.getClassLoader());

	@Override
	public OperationInvoker apply(EndpointId endpointId, OperationType operationType, OperationParameters parameters,
			OperationInvoker invoker) {
		if (!endpointId.equals(POOLS) || operationType != OperationType.WRITE) {
			return invoker;
		}
		Set<String> known = parameters.stream().map(OperationParameter::getName).collect(Collectors.toSet());
		return (context) -> {
			Map<String, Object> unknown = new TreeMap<>(context.getArguments());
			unknown.keySet().removeAll(known);
			Object name = context.getArguments().get(SELECTOR);
			String selected = selected();
			if (selected != null && !selected.equals(name)) {
				unknown.put(SELECTOR, name); // it has taken the place of what the path
												// says
			}
			return unknown.isEmpty() ? invoker.invoke(context) : refused(unknown.entrySet().iterator().next());
		};
	}

	/**
	 * Return which pool the path of the current request names, {@code null} if that is
	 * not known.
	 */
	private static @Nullable String selected() {
		RequestAttributes request = SERVLET_STACK ? RequestContextHolder.getRequestAttributes() : null;
		Object variables = (request != null) ? request.getAttribute(VARIABLES, RequestAttributes.SCOPE_REQUEST) : null;
		return (variables instanceof Map<?, ?> map && map.get(SELECTOR) instanceof String selected) ? selected : null;
	}

	private static WebEndpointResponse<?> refused(Map.Entry<String, Object> field) {
		return new WebEndpointResponse<>(
				new PoolsEndpoint.InvalidChangeDescriptor(field.getKey(), field.getValue(),
						"is no field: must be one of " + PoolChangeRequest.FIELDS),
				WebEndpointResponse.STATUS_BAD_REQUEST);
	}

}
