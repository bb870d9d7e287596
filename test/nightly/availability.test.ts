import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { figures } from '../availability/figures.ts'

const read = (path: string) => readFileSync(new URL(`../../docs/${path}`, import.meta.url), 'utf8')
const PAGE = read('availability.md')
const { tables, pictures } = figures()

describe('docs/availability.md, which `node scripts/write-availability.mjs` writes', () => {
  test.each(Object.entries(tables))('docs/availability.md has the table %s of fresh runs', (name, table) => {
    const [, written] = PAGE.split(`<!-- ${name} -->`)
    expect(written?.split('<!-- end -->')[0].trim()).toBe(table)
  })

  test.each(Object.entries(pictures))('docs/availability.md has the picture %s of fresh runs', (name, picture) => {
    expect(PAGE).toContain(`(images/availability/${name}.svg)`)
    expect(read(`images/availability/${name}.svg`)).toBe(picture)
  })
})
