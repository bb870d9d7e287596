import fc from 'fast-check'
import { expect, test } from 'vitest'
import { escapedLines, html } from '../../../src/report/html/html.ts'

test('a text in an HTML template is escaped in content and in quoted attributes', () => {
  const name = `<script>alert("1" + '2') & more`
  expect(html`<p title="${name}">${name}</p>`.toString()).toBe(
    '<p title="&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;) &amp; more">&lt;script&gt;alert(&quot;1&quot; + &#39;2&#39;) &amp; more</p>',
  )
})

test('markup in an HTML template stays markup, also in lists', () => {
  expect(html`<ul>${['a', '<b>'].map((text) => html`<li>${text}</li>`)}</ul>`.toString()).toBe(
    '<ul><li>a</li><li>&lt;b&gt;</li></ul>',
  )
})

test('null and false in an HTML template leave nothing, and zero is a number', () => {
  expect(html`a${null}b${false}c${0}`.toString()).toBe('abc0')
})

test('a value in an HTML attribute without quotes is refused', () => {
  expect(() => html`<a href=${'x'}>`).toThrow('a value needs quotes')
})

test('characters that hide or reverse text become visible in HTML', () => {
  expect(html`${'a\u202Eb\u0000c'}`.toString()).toBe('a\uFFFDb\u2400c')
})

test('a text of several lines keeps its lines in HTML', () => {
  expect(escapedLines('a: 1\nb: "<"\n').toString()).toBe('a: 1\nb: &quot;&lt;&quot;\n')
})

test('no text opens an HTML tag or ends an attribute', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const written = html`${text}`.toString()
      expect(written).not.toMatch(/[<>"']/)
    }),
  )
})
