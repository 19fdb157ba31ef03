package io.lifeguard.autoconfigure;

import io.lifeguard.actuate.BoardEndpoint;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;

/**
 * Auto-configuration of the endpoint {@code board}. It is there also where Lifeguard is
 * switched off, and says so.
 */
@AutoConfiguration
@ConditionalOnWebApplication
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
@ConditionalOnAvailableEndpoint(BoardEndpoint.class)
public final class LifeguardBoardAutoConfiguration {

	@Bean
	BoardEndpoint boardEndpoint(ObjectProvider<WebEndpointsSupplier> endpoints) {
		return new BoardEndpoint(() -> endpoints.getObject().getEndpoints());
	}

}
