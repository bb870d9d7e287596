import { type Browser, chromium, type Page } from 'playwright-core'
import { buildPage, type Served, serve } from './built-page.ts'
import { CHROMIUM } from './chromium.ts'

/** The page on a server, in a browser. */
export interface OpenPage {
  readonly dir: string
  readonly served: Served
  readonly browser: Browser
  /** Messages of the console, and errors that were thrown. */
  readonly complaints: string[]
  /** Opens the page, with a fragment, and waits for a run. */
  open(fragment?: string): Promise<Page>
  close(): Promise<void>
}

/** Builds the page, serves it, and starts a browser. */
export async function startPage(): Promise<OpenPage> {
  const dir = buildPage()
  const served = await serve(dir)
  const browser = await chromium.launch({ executablePath: CHROMIUM ?? '', args: ['--no-sandbox'] })
  const complaints: string[] = []
  return {
    dir,
    served,
    browser,
    complaints,
    open: async (fragment = '') => {
      const page = await browser.newPage({ viewport: { width: 1280, height: 900 } })
      complaints.length = 0
      page.on('console', (message) => complaints.push(message.text()))
      page.on('pageerror', (error) => complaints.push(error.message))
      await page.goto(`${served.url}${fragment === '' ? '' : `#${fragment}`}`)
      await settled(page)
      return page
    },
    close: async () => {
      await browser.close()
      served.close()
    },
  }
}

/** Waits until a run has ended. */
async function settled(page: Page): Promise<void> {
  await page.locator('.verdict[aria-busy="false"]').waitFor({ timeout: 120_000 })
}
