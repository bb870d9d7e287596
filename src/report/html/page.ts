import { FIRST_LINE } from './first-line.ts'
import { Html, html } from './html.ts'
import { STYLE } from './style.ts'

/** Computes the SHA-256 of a UTF-8 text in Base64, as a content security policy needs it. */
export type Hash = (text: string) => string

/**
 * Returns a whole document. Its policy allows only its own style sheet, by hash, and style attributes, which charts
 * need. It allows no scripts and no network.
 */
export function page(title: string, body: Html, hash: Hash): string {
  const policy = [
    "default-src 'none'",
    `style-src 'sha256-${hash(STYLE)}'`,
    "style-src-attr 'unsafe-inline'",
    "base-uri 'none'",
    "form-action 'none'",
  ].join('; ')
  const document = html`
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<title>${title}</title>
${Html.trusted(`<style>${STYLE}</style>`)}
</head>
<body>
${body}
</body>
</html>
`
  return FIRST_LINE + document.toString()
}
