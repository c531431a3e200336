/* format.c - snprintf(3), as far as these programs need it */
#include "init/base/format.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

/* What is written, and what would be if there were room. */
struct out {
	char *buf;
	size_t size, used;
};

static void put(struct out *o, const char *text, size_t len)
{
	for (size_t i = 0; i < len; i++, o->used++)
		if (o->used + 1 < o->size)
			o->buf[o->used] = text[i];
}

/* One conversion: %[#0-][WIDTH][.PRECISION][LENGTH]CONVERSION */
struct spec {
	char pad;
	int alternate, left;
	size_t width, most;
	int bytes; /* of the argument */
};

static size_t number(const char **fmt, va_list *args)
{
	size_t n = 0;

	if (**fmt == '*') {
		++*fmt;
		return va_arg(*args, int);
	}
	while (**fmt >= '0' && **fmt <= '9')
		n = n * 10 + *(*fmt)++ - '0';
	return n;
}

static void read_spec(struct spec *s, const char **fmt, va_list *args)
{
	*s = (struct spec){ .pad = ' ', .most = SIZE_MAX, .bytes = 4 };
	for (; **fmt == '#' || **fmt == '0' || **fmt == '-'; ++*fmt) {
		if (**fmt == '#')
			s->alternate = 1;
		else if (**fmt == '-')
			s->left = 1;
		else
			s->pad = '0';
	}
	s->width = number(fmt, args);
	if (**fmt == '.') {
		++*fmt;
		s->most = number(fmt, args);
	}
	for (;; ++*fmt) {
		if (**fmt == 'h')
			s->bytes /= 2;
		else if (**fmt && strchr("lzj", **fmt))
			s->bytes = 8;
		else
			return;
	}
}

static void padding(struct out *o, const struct spec *s, size_t len)
{
	for (; len < s->width; len++)
		put(o, &s->pad, 1);
}

/* The text of a conversion, on its side of the padding. */
static void put_padded(struct out *o, const struct spec *s, const char *text,
		       size_t len)
{
	if (!s->left)
		padding(o, s, len);
	put(o, text, len);
	if (s->left)
		padding(o, s, len);
}

static void put_integer(struct out *o, const struct spec *s, char c, uint64_t n)
{
	char digits[24], *d = digits + sizeof digits;
	unsigned base = c == 'x' ? 16 : c == 'o' ? 8 : 10;
	unsigned cut = 64 - 8 * s->bytes;
	int negative = 0;
	size_t len;

	n = n << cut >> cut;
	if ((c == 'd' || c == 'i') && n >> (8 * s->bytes - 1)) {
		negative = 1;
		n = -n << cut >> cut;
	}
	do
		*--d = "0123456789abcdef"[n % base];
	while (n /= base);
	if (negative)
		*--d = '-';
	if (s->alternate && base == 16)
		put(o, "0x", 2);
	len = digits + sizeof digits - d;
	if (!negative || s->pad == ' ') {
		put_padded(o, s, d, len);
		return;
	}
	put(o, d, 1); /* the sign comes before the zeros */
	padding(o, s, len);
	put(o, d + 1, len - 1);
}

static void put_text(struct out *o, const struct spec *s, const char *text)
{
	size_t len = strnlen(text ? text : "(null)", s->most);

	put_padded(o, s, text ? text : "(null)", len);
}

static void convert(struct out *o, const struct spec *s, char c, va_list *args)
{
	char one;

	switch (c) {
	case 's':
		put_text(o, s, va_arg(*args, const char *));
		break;
	case 'c':
		one = va_arg(*args, int);
		put_padded(o, s, &one, 1);
		break;
	case '%':
		put(o, &c, 1);
		break;
	default:
		/* what is narrower is promoted to int */
		put_integer(o, s, c,
			    s->bytes == 8 ? va_arg(*args, uint64_t) :
					    va_arg(*args, unsigned));
	}
}

int format_v(char *buf, size_t size, const char *fmt, va_list args)
{
	struct out o = { buf, size, 0 };
	struct spec s;
	const char *error = strerror(errno);
	va_list own;

	va_copy(own, args);
	while (*fmt) {
		size_t len = strcspn(fmt, "%");
		char c;

		put(&o, fmt, len);
		fmt += len;
		if (!*fmt)
			break;
		fmt++;
		read_spec(&s, &fmt, &own);
		c = *fmt ? *fmt++ : '%';
		if (c == 'm')
			put_text(&o, &s, error);
		else
			convert(&o, &s, c, &own);
	}
	va_end(own);
	if (size)
		buf[o.used < size ? o.used : size - 1] = 0;
	return o.used > INT_MAX ? -1 : (int)o.used;
}
