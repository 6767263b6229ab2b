import { existsSync } from 'node:fs'

const PLACES = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/usr/bin/google-chrome-stable',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
]

/** Where a Chromium is: what CHROME_PATH names, else where it is usually installed; undefined when there is none. */
export function findChromium(): string | undefined {
  return process.env['CHROME_PATH'] || PLACES.find((place) => existsSync(place))
}
