package io.lifeguard.sample.shop;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Lets a customer in every now and then, so that the page is alive.
 */
@Component
class Storefront {

	private final Shop shop;

	Storefront(Shop shop) {
		this.shop = shop;
	}

	@Scheduled(fixedRateString = "${shop.customer-every}", initialDelayString = "${shop.customer-every}")
	void welcomeCustomer() {
		this.shop.placeOrder();
	}

}
