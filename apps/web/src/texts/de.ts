// What the page says, in German.
import type { Texts } from './en.ts';
import { seconds } from './seconds.ts';

const percent = (share: number): string => `${Math.round(100 * share)} %`;

/** German. */
export const de: Texts = {
  language: 'Deutsch',
  title: 'PhotoGuard',
  lead: 'Verändert Fotos ein wenig, sodass KI-Bildbearbeitung mit Diffusionsmodellen sie falsch sieht.',
  privacy: 'Deine Fotos bleiben auf diesem Gerät. Diese Seite rechnet hier und sendet nichts.',
  check: {
    title: 'So lässt sich das prüfen',
    steps: [
      'Öffne die Entwicklerwerkzeuge des Browsers (F12), dort „Netzwerk“, und schütze ein Foto: Es gibt Anfragen nach Dateien dieser Seite, und keine, die Daten fortträgt.',
      'Oder lade die Seite, trenne die Verbindung, und schütze erst dann ein Foto.',
      'Die Content-Security-Policy der Seite verbietet Anfragen an andere als ihren eigenen Server; der Browser setzt das durch.',
    ],
  },
  offlineOnly: 'Offline: niemanden nach etwas fragen, auch nicht den Server dieser Seite',
  offlineReady: 'Alles liegt in diesem Browser: Die Seite funktioniert ohne Netz.',
  photos: 'Fotos',
  drop: 'Fotos hierher ziehen, einfügen oder auswählen',
  formats: 'JPEG, PNG, WebP oder AVIF',
  camera: 'Foto aufnehmen',
  protect: 'Schützen',
  stop: 'Anhalten',
  saveAll: 'Alle speichern',
  saveFolder: 'Alle in einen Ordner speichern',
  clear: 'Alle entfernen',
  results: 'Ergebnisse',
  save: 'Speichern',
  look: 'Genauer ansehen',
  again: 'Noch einmal versuchen',
  remove: 'Entfernen',
  waiting: 'Wartet',
  phase: {
    reading: 'Wird gelesen',
    loading: 'Netze werden geladen',
    protecting: 'Wird geschützt',
    measuring: 'Wird gemessen',
  },
  loadingBytes: (megabytes) => `${megabytes} MB, einmalig, vom Server dieser Seite`,
  left: (s) => `noch etwa ${seconds(s, 'de')}`,
  done: (s) => `Geschützt in ${seconds(s, 'de')}`,
  failed: 'Fehlgeschlagen',
  errors: {
    image: 'Diese Datei ist als Foto nicht lesbar.',
    memory: 'Für dieses Foto reicht der Speicher nicht.',
    device: 'Die Berechnung ist auf diesem Gerät gescheitert.',
    network: 'Eine Datei dieser Seite konnte nicht geladen werden.',
    integrity: 'Eine Datei dieser Seite kam beschädigt an.',
    unknown: 'Etwas Unerwartetes ist schiefgegangen.',
  },
  summary: (done, failed, all) =>
    `${done} von ${all} ${all === 1 ? 'Foto' : 'Fotos'} geschützt${failed > 0 ? `, ${failed} fehlgeschlagen` : ''}`,
  allLeft: (s) => `noch etwa ${seconds(s, 'de')} für alle`,
  oneThread: 'Der Server dieser Seite setzt die Header nicht, die Threads brauchen; gerechnet wird auf nur einem Kern.',
  noStorage:
    'Dieser Browser behält hier nichts (privates Fenster?); die Netze werden beim nächsten Besuch neu geladen.',
  settingsWrong: 'Die Einstellungen in der Adresse sind falsch; es gelten die üblichen.',
  settingsGiven: (text) => `Einstellungen aus der Adresse: ${text}`,
  choose: {
    title: 'Auswählen',
    visibility: 'Wie sichtbar die Änderung sein darf',
    levels: {
      unseen: 'Unsichtbar: schützt am wenigsten',
      low: 'Gering: schwer zu sehen',
      medium: 'Mittel: sichtbar, wenn man danach sucht',
      strong: 'Stark: deutlich zu sehen, schützt am meisten',
    },
    quick: 'Schnell: ein Drittel der Zeit, und schwächer',
    link: 'Link zu dieser Seite mit diesen Einstellungen',
  },
  proof: {
    title: 'Was es bewirkt und was nicht',
    space: 'Editoren',
    conditions: ['jetzt', 'nach JPEG 75', 'nach halber Größe'],
    verdict: ([now, jpeg, half], [noise, noiseJpeg, noiseHalf]) =>
      `Was Netze wie die von KI-Editoren von diesem Foto sehen, verschiebt sich um ${percent(now)} seines Inhalts (Rauschen ` +
      `derselben Stärke: ${percent(noise)}), nach einem Upload als JPEG um ${percent(jpeg)} (Rauschen: ${percent(noiseJpeg)}), ` +
      `nach Halbieren und Vergrößern um ${percent(half)} (Rauschen: ${percent(noiseHalf)}).`,
    explain:
      '0 heißt keine Wirkung; bei 1 hat sich die Sicht eines Editors so weit verschoben, wie der Inhalt des Fotos reicht. Klein gedruckt: Rauschen derselben Stärke.',
    noise: (value) => `Rauschen ${value}`,
    visible: [
      'Die Änderung ist nicht zu sehen.',
      'Die Änderung ist schwer zu sehen.',
      'Die Änderung ist zu sehen, wenn man danach sucht.',
      'Die Änderung ist deutlich zu sehen.',
    ],
    judge: 'Gemessen von einem Netz, das der Angriff nie gesehen hat.',
    judgeItself: 'Gemessen von den angegriffenen Netzen selbst: Andere verschieben sich weniger.',
    change: (levels, psnr) => `Keine Farbe hat sich um mehr als ${levels} von 255 Stufen geändert (PSNR ${psnr} dB).`,
    how: (gradients, s, device, threads, width, height) =>
      `${gradients} Gradienten bei ${width}x${height} in ${seconds(s, 'de')} auf ${device}${device === 'wasm' ? `, ${threads} ${threads === 1 ? 'Thread' : 'Threads'}` : ''}.`,
    kept: (kinds) => `Erhalten: ${kinds}.`,
    not: {
      title: 'Wovor es nicht schützt',
      points: [
        'Gemessen wird an einem kleinen Netz, das für die Encoder echter Editoren steht, nicht an diesen selbst.',
        'Editoren mit einem anderen latenten Raum und solche, die auf Pixeln arbeiten, sehen fast dasselbe wie vorher.',
        'Reinigung, starkes Entrauschen und kleine Größen entfernen viel davon oder alles.',
        'Was schon veröffentlicht ist, macht es nicht ungeschehen.',
      ],
    },
    editors: {
      sd1: 'Stable Diffusion 1 und 2',
      sdxl: 'SDXL',
      sd3: 'Stable Diffusion 3.5',
      flux1: 'FLUX.1',
      flux2: 'FLUX.2',
    },
  },
  view: {
    title: (name) => `Vorher und nachher: ${name}`,
    close: 'Schließen',
    mode: 'Anzeigen',
    modes: { slider: 'Vorher und nachher', difference: 'Unterschied', flip: 'Was Menschen davon sehen' },
    zoom: 'Vergrößerung',
    fit: 'Einpassen',
    divider: 'Grenze zwischen vorher und nachher',
    before: 'Vorher',
    after: 'Nachher',
    difference: 'Der Unterschied, zehnfach verstärkt, um Grau.',
    flip: 'FLIP: wo ein Mensch, der zwischen beiden wechselt, eine Änderung sieht. Schwarz ist keine, Weiß eine große.',
    computing: 'Wird berechnet',
  },
};
