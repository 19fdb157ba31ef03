package io.lifeguard.actuate;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.OperationType;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvoker;
import org.springframework.boot.actuate.endpoint.invoke.OperationInvokerAdvisor;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameter;
import org.springframework.boot.actuate.endpoint.invoke.OperationParameters;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * Refuses requests to change a pool that have a field which means nothing: Actuator
 * itself would pass over it in silence.
 */
public final class UnknownFieldAdvisor implements OperationInvokerAdvisor {

	private static final EndpointId POOLS = EndpointId.of("pools");

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
			return unknown.isEmpty() ? invoker.invoke(context) : refused(unknown.entrySet().iterator().next());
		};
	}

	private static WebEndpointResponse<?> refused(Map.Entry<String, Object> field) {
		return new WebEndpointResponse<>(
				new PoolsEndpoint.InvalidChangeDescriptor(field.getKey(), field.getValue(),
						"is no field: must be one of " + PoolChangeRequest.FIELDS),
				WebEndpointResponse.STATUS_BAD_REQUEST);
	}

}
