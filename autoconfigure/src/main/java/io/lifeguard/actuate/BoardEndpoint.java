package io.lifeguard.actuate;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.ExposableWebEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointHttpMethod;
import org.springframework.boot.actuate.endpoint.web.annotation.WebEndpoint;
import org.springframework.util.StringUtils;
import org.springframework.util.function.SingletonSupplier;

/**
 * {@link WebEndpoint @WebEndpoint} that serves a page to look at. The page has no data of
 * its own: it asks the endpoints {@code pools} and {@code schedules}, as whoever looks at
 * it, and so shows no more than they do.
 * <p>
 * Its content security policy stands in the page, and where a servlet container answers
 * also in the response's header.
 */
@WebEndpoint(id = "board")
public final class BoardEndpoint {

	private static final EndpointId ID = EndpointId.of("board");

	private static final Set<EndpointId> ASKED = Set.of(EndpointId.of("pools"), EndpointId.of("schedules"));

	private final Supplier<? extends Collection<ExposableWebEndpoint>> endpoints;

	private final Supplier<BoardPage> page = SingletonSupplier.of(BoardPage::load);

	/**
	 * Create an endpoint. Neither the page nor the given supplier is looked at before the
	 * page is asked for.
	 * @param endpoints returns the endpoints that are exposed, this one among them
	 */
	public BoardEndpoint(Supplier<? extends Collection<ExposableWebEndpoint>> endpoints) {
		this.endpoints = endpoints;
	}

	/**
	 * Return the page, which is told where the endpoints are that it asks.
	 */
	@ReadOperation(produces = "text/html;charset=UTF-8")
	public String board() {
		BoardPage page = this.page.get();
		ServletResponseHeader.set("Content-Security-Policy", page.policy() + "; frame-ancestors 'self'");
		return page.html(attributes());
	}

	private Map<String, String> attributes() {
		Collection<ExposableWebEndpoint> endpoints = this.endpoints.get();
		String up = endpoints.stream()
			.filter((endpoint) -> endpoint.getEndpointId().equals(ID))
			.map((board) -> "../".repeat(StringUtils.countOccurrencesOf(board.getRootPath(), "/")))
			.findFirst()
			.orElse("");
		Map<String, String> attributes = new LinkedHashMap<>();
		for (ExposableWebEndpoint endpoint : endpoints) {
			if (ASKED.contains(endpoint.getEndpointId())) {
				String name = endpoint.getEndpointId().toLowerCaseString();
				attributes.put("data-" + name, up + endpoint.getRootPath());
				if (takesChanges(endpoint)) {
					attributes.put("data-" + name + "-change", "true");
				}
			}
		}
		return attributes;
	}

	private static boolean takesChanges(ExposableWebEndpoint endpoint) {
		return endpoint.getOperations()
			.stream()
			.anyMatch((operation) -> operation.getRequestPredicate().getHttpMethod() == WebEndpointHttpMethod.POST);
	}

}
