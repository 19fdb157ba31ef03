package io.lifeguard.sample;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.annotation.DirtiesContext;

/**
 * Starts the whole shop, without customers who come by themselves. No two shops live at
 * the same time: there is one Sentry in a JVM.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT,
		properties = { "shop.customer-every=1h", "shop.stock-taking-every=500ms", "shop.rescue-after=6s",
				"lifeguard.defaults.unobserved-after=1s", "lifeguard.defaults.stuck-after=1s",
				"lifeguard.pools.mail.task-timeout=2s" })
@DirtiesContext
@ExtendWith(PatientAwaitility.class)
@interface ShopTest {

}
