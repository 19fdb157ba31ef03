package io.lifeguard.actuate;

import jakarta.servlet.http.HttpServletResponse;

import org.springframework.util.ClassUtils;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.ServletRequestAttributes;

/**
 * Sets a header of the response that this thread is about to give, which an endpoint's
 * answer has no place for.
 */
final class ServletResponseHeader {

	private static final boolean servlet = ClassUtils.isPresent("jakarta.servlet.http.HttpServletResponse",
			ServletResponseHeader.class.getClassLoader());

	private ServletResponseHeader() {
	}

	/**
	 * Set the header, where a servlet container is about to answer; elsewhere do nothing.
	 */
	static void set(String name, String value) {
		if (servlet && RequestContextHolder.getRequestAttributes() instanceof ServletRequestAttributes request) {
			HttpServletResponse response = request.getResponse();
			if (response != null) {
				response.setHeader(name, value);
			}
		}
	}

}
