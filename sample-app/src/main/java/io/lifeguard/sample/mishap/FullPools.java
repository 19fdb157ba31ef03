package io.lifeguard.sample.mishap;

import java.util.Map;
import java.util.concurrent.RejectedExecutionException;

import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Answers for pools that are too full for one thing more, as an earlier button may have
 * made them.
 */
@RestControllerAdvice
class FullPools {

	@ExceptionHandler
	Map<String, String> refused(RejectedExecutionException exception) {
		return Map.of("refused", exception.getClass().getSimpleName());
	}

}
