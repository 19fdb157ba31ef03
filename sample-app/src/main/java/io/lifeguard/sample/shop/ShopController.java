package io.lifeguard.sample.shop;

import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The shop's door.
 */
@RestController
@RequestMapping("/orders")
class ShopController {

	private static final int MOST_AT_ONCE = 80;

	private final Shop shop;

	ShopController(Shop shop) {
		this.shop = shop;
	}

	@GetMapping
	Shop.Numbers numbers() {
		return this.shop.numbers();
	}

	/**
	 * Place orders. No more at once than the pools can queue, so that a rush shows as a
	 * queue and not as rejections.
	 * @param count how many
	 * @return what the shop has done so far
	 */
	@PostMapping
	Shop.Numbers place(@RequestParam(defaultValue = "1") int count) {
		for (int i = 0; i < Math.min(count, MOST_AT_ONCE); i++) {
			this.shop.placeOrder();
		}
		return this.shop.numbers();
	}

}
