import { z } from 'zod'

/**
 * Zod compiles no functions, which a page's content security policy without `unsafe-eval` would refuse, and looks for no
 * cycles in values: the values of scenarios, results and messages come from texts and have none.
 */
z.config({ jitless: true, memoizer: { attach() {}, guard() {}, alloc: (_schema, _payload, empty) => empty } })

export { z }
