package io.lifeguard.actuate;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.core.io.ClassPathResource;
import org.springframework.web.util.HtmlUtils;

/**
 * The board as one page: {@code board.html} with the scripts, the styles and the licence
 * that it names put in, and a policy that lets these run and nothing else.
 *
 * @param template the page, without attributes of its body
 * @param policy the content security policy
 */
record BoardPage(String template, String policy) {

	private static final Pattern LINK = Pattern
		.compile("<script src=\"(.+?)\"></script>|<link rel=\"stylesheet\" href=\"(.+?)\">|<!-- (\\S+/LICENSE) -->");

	private static final String BODY = "<body";

	private static final String HEAD = "<head>";

	static BoardPage load() {
		List<String> scripts = new ArrayList<>();
		List<String> styles = new ArrayList<>();
		String page = LINK.matcher(read("board.html"))
			.replaceAll((link) -> Matcher.quoteReplacement(inline(link, scripts, styles)));
		String policy = "default-src 'none'; script-src " + String.join(" ", scripts) + "; style-src "
				+ String.join(" ", styles) + "; img-src data:; connect-src 'self'; base-uri 'none'; form-action 'none'"
				+ "; require-trusted-types-for 'script'; trusted-types 'none'";
		String meta = "\n  <meta http-equiv=\"Content-Security-Policy\" content=\"" + policy + "\">";
		return new BoardPage(page.replaceFirst(HEAD, Matcher.quoteReplacement(HEAD + meta)), policy);
	}

	private static String inline(MatchResult link, List<String> scripts, List<String> styles) {
		if (link.group(1) != null) {
			String script = read(link.group(1));
			scripts.add(hash(script));
			return "<script>" + script + "</script>";
		}
		if (link.group(2) != null) {
			String style = read(link.group(2));
			styles.add(hash(style));
			return "<style>" + style + "</style>";
		}
		return "<!--\n" + read(link.group(3)) + "-->";
	}

	/**
	 * Return the page with the given attributes of its body.
	 */
	String html(Map<String, String> attributes) {
		StringBuilder body = new StringBuilder(BODY);
		attributes.forEach((name,
				value) -> body.append(' ').append(name).append("=\"").append(HtmlUtils.htmlEscape(value)).append('"'));
		return this.template.replaceFirst(BODY, Matcher.quoteReplacement(body.toString()));
	}

	private static String read(String name) {
		try {
			return new ClassPathResource("board/" + name, BoardPage.class).getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String hash(String content) {
		try {
			byte[] hash = MessageDigest.getInstance("SHA-256").digest(content.getBytes(StandardCharsets.UTF_8));
			return "'sha256-" + Base64.getEncoder().encodeToString(hash) + "'";
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
