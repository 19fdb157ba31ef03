package io.lifeguard.server;

import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import io.lifeguard.ThreadsSnapshot;
import io.lifeguard.engine.pool.PoolRegistry;
import io.lifeguard.engine.pool.ReadOnlyPools;

import org.springframework.boot.web.server.WebServer;
import org.springframework.boot.web.server.context.WebServerInitializedEvent;
import org.springframework.context.ApplicationListener;

/**
 * Shows the request threads of web servers from the moment a server runs: as
 * {@code server}, or under the namespace of the server's context, such as
 * {@code management}. The second pool of a server with several is {@code server-2}.
 */
public final class WebServerPools implements ApplicationListener<WebServerInitializedEvent> {

	private final ReadOnlyPools pools;

	private final Function<WebServer, List<Supplier<ThreadsSnapshot>>> threads;

	private final String sizedBy;

	/**
	 * Create a listener.
	 * @param threads returns what tells of the pools of a server that runs, or an empty
	 * list for a server of another kind
	 * @param sizedBy the property that sets the number of their threads
	 */
	public WebServerPools(PoolRegistry registry, Function<WebServer, List<Supplier<ThreadsSnapshot>>> threads,
			String sizedBy) {
		this.pools = registry.readOnlyPools();
		this.threads = threads;
		this.sizedBy = sizedBy;
	}

	@Override
	public void onApplicationEvent(WebServerInitializedEvent event) {
		String namespace = event.getApplicationContext().getServerNamespace();
		String name = (namespace != null) ? namespace : "server";
		int number = 1;
		for (Supplier<ThreadsSnapshot> threads : this.threads.apply(event.getWebServer())) {
			this.pools.show((number == 1) ? name : name + "-" + number, threads, this.sizedBy);
			number++;
		}
	}

}
