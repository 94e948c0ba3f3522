// What the page says, in German.
import type { Texts } from './catalogue.ts';
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
  formats: 'JPEG, PNG, WebP, AVIF, GIF (das erste Bild) oder HEIC, wo der Browser es lesen kann',
  camera: 'Foto aufnehmen',
  protect: 'Schützen',
  stop: 'Anhalten',
  saveAll: 'Alle speichern',
  saveFolder: 'Alle in einen Ordner speichern',
  notSaved: 'Nicht alles konnte gespeichert werden.',
  clear: 'Alle entfernen',
  results: 'Ergebnisse',
  save: 'Speichern',
  look: 'Genauer ansehen',
  again: 'Noch einmal versuchen',
  remove: 'Entfernen',
  waiting: 'Wartet',
  phase: {
    queued: 'Wartet auf ein Foto in einem anderen Tab',
    reading: 'Wird gelesen',
    loading: 'Netze werden geladen',
    protecting: 'Wird geschützt',
    measuring: 'Wird gemessen',
    editing: 'Wird bearbeitet',
  },
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
  notKept: 'Dieser Browser hat keinen Platz für Ergebnisse: Speichere sie, bevor diese Seite neu geladen wird.',
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
    recipe: 'Wie gründlich',
    recipes: {
      protect: 'Gründlich',
      quick: 'Schnell: ein Viertel der Gradienten, und ein Zehntel schwächer',
      instant: 'Sofort: in Sekunden; die Änderung ist leichter zu sehen und in allen Fotos ähnlich',
    },
    spaces: 'Editoren, vor denen geschützt wird',
    format: 'Speichern als',
    formats: { png: 'PNG, verlustfrei', webp: 'WebP, verlustfrei', jpeg: 'JPEG, kleiner' },
    lossy:
      'Die Änderung wird so gemacht, dass sie das JPEG übersteht; ein PNG behält trotzdem mehr vom Schutz. Gemessen wird, was in der gespeicherten Datei übrig ist.',
    size: 'Größe, in der die Netze das Foto sehen',
    sizes: {
      'upload:1024': 'Wie Websites es zeigen: höchstens 1024 Pixel je Seite',
      'fit:768': '768 Pixel: weniger Zeit und Speicher',
      'fit:512': '512 Pixel: am wenigsten Zeit und Speicher',
    },
    seed: 'Startwert aller Zufallszahlen',
    link: 'Link zu dieser Seite mit diesen Einstellungen',
  },
  proof: {
    title: 'Was es bewirkt und was nicht',
    space: 'Editoren',
    conditions: ['jetzt', 'nach JPEG 75', 'nach JPEG 75 und halber Größe'],
    verdict: ([now, jpeg, upload], [noise, noiseJpeg, noiseUpload]) =>
      `Was Netze wie die von KI-Editoren von diesem Foto sehen, verschiebt sich um ${percent(now)} seines Inhalts (Rauschen ` +
      `derselben Stärke: ${percent(noise)}), nach einem Upload als JPEG um ${percent(jpeg)} (Rauschen: ${percent(noiseJpeg)}), ` +
      `wenn es dabei auch halbiert wurde, um ${percent(upload)} (Rauschen: ${percent(noiseUpload)}).`,
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
    judgeUnknown: 'Gemessen von Netzen, die vielleicht angegriffen wurden: Ein Eintrag darüber fehlt.',
    lossy: 'Alle Zahlen gelten für das JPEG. Ein PNG behält mehr vom Schutz.',
    change: (levels, psnr) => `Keine Farbe hat sich um mehr als ${levels} von 255 Stufen geändert (PSNR ${psnr} dB).`,
    how: (gradients, s, device, threads, width, height) =>
      `${gradients} Gradienten bei ${width}x${height} in ${seconds(s, 'de')} auf ${device}${device === 'wasm' ? `, ${threads} ${threads === 1 ? 'Thread' : 'Threads'}` : ''}.`,
    kept: (kinds) => `Erhalten: ${kinds}.`,
    not: {
      title: 'Wovor es nicht schützt',
      points: [
        'Gemessen wird an einem kleinen Netz, das für die Encoder echter Editoren steht, nicht an diesen selbst.',
        'Editoren mit einem anderen latenten Raum und solche, die auf Pixeln arbeiten, sehen fast dasselbe wie vorher.',
        'Werkzeuge, die Fotos vor dem Bearbeiten reinigen (etwa stark entrauschen), und kleine Größen entfernen viel davon oder alles.',
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
  report: {
    html: 'Bericht speichern',
    json: 'Bericht als JSON speichern',
    title: (name) => `Schutz von ${name}`,
    moved: 'Wie weit sich verschiebt, was Editoren sehen',
    change: 'Wie sichtbar es ist',
    made: 'Wie es gemacht wurde',
    notes: 'Hinweise',
    judges: 'Netze, die gemessen haben',
    file: 'Datei',
  },
  audit: {
    title: 'Ein Foto prüfen',
    about:
      'Wurde ein Foto geschützt, und wie viel ist davon übrig? Wähle es hier aus, und das Original, wenn es da ist: Wie weit ein Schutz reicht, lässt sich nur daneben messen.',
    photo: 'Geschütztes Foto',
    original: 'Original, wenn vorhanden',
    start: 'Prüfen',
    found: (name) => `Prüfung von ${name}`,
    standing: {
      holds: 'Dieses Foto ist geschützt und bleibt es nach einem Upload.',
      weak: 'Dieses Foto ist geschützt, aber nach einem Upload ist wenig davon übrig.',
      none: 'Dieses Foto ist nicht geschützt: Was Editoren sehen, verschiebt sich nicht weiter als durch Rauschen.',
    },
    withoutOriginal: 'Wie weit das Foto geschützt ist, lässt sich ohne das Original nicht messen.',
    noJudge: 'Das Foto wurde gegen alle Netze dieser Seite geschützt; keines davon kann es beurteilen.',
    noRecord:
      'In der Datei steht nichts von einem Schutz. Die meisten Websites entfernen den Eintrag; geschützt kann sie trotzdem sein.',
    badRecord: 'Der Eintrag über einen Schutz ist unbrauchbar:',
    record: (tool, attack, visibility, models) =>
      `In der Datei steht: ${tool}, Angriff ${attack}, Sichtbarkeit ${visibility}, gegen ${models}.`,
    details: (recipe, seed, width, height) => `Rezept ${recipe}, Startwert ${seed}, gesehen bei ${width}x${height}.`,
    matches: 'Der Eintrag nennt dieses Original.',
    differs: 'Der Eintrag nennt ein anderes Original als dieses.',
    claim: 'Ein Eintrag ist eine Behauptung: Jeder kann einen schreiben.',
  },
  spare: {
    open: 'Teil schonen oder bevorzugen',
    title: (name) => `Teil schonen oder bevorzugen: ${name}`,
    about:
      'Die Änderung kann in manchen Teilen des Fotos kleiner sein als in anderen. Wie sichtbar sie im Ganzen ist, bleibt gleich.',
    wish: 'Was der Pinsel malt',
    wishes: {
      spare: 'Schonen: Dort bleibt nur ein Viertel der Änderung, etwa in einem Gesicht',
      favour: 'Bevorzugen: Überall sonst bleibt nur ein Viertel, sodass dort das meiste geändert wird',
    },
    stage: 'Foto zum Bemalen: Pfeiltasten bewegen den Pinsel, die Leertaste malt',
    brush: 'Pinsel',
    undo: 'Rückgängig',
    count: (strokes) => (strokes === 0 ? 'Noch ist nichts gemalt.' : `Gemalt: ${strokes}`),
  },
  hub: {
    title: 'Modelle vom Hub',
    about: (host) =>
      `Weitere Netze, vor denen geschützt werden kann. Sie kommen von ${host}; dort ist dann deine Adresse bekannt und welches Modell du geholt hast. Fotos bleiben hier. Die Modelle bleiben in diesem Browser, bis du sie entfernst.`,
    offline: 'Oben ist „Offline“ gewählt; darum wird nichts geholt.',
    fetch: (megabytes, host) => `${megabytes} MB von ${host} laden`,
    here: 'ist da.',
    failed: 'Es konnte nicht geladen werden. Was schon da ist, bleibt für den nächsten Versuch.',
    network: 'Netz, vor dem geschützt wird',
    networks: {
      'surrogates/strided': 'Eingebaut, von einem anderen gemessen',
      'surrogates/pooled': 'Eingebaut, das andere',
      surrogates: 'Eingebaut, beide',
    },
  },
  preview: {
    open: 'Vorschau',
    title: (name) => `Vorschau von ${name}`,
    about:
      'Ein Ausschnitt des Fotos in Originalgröße, wie jede Stufe ihn hinterließe. Ein schnelles Netz macht die Änderung; die des gründlichen Schutzes sieht etwas anders aus und ist ebenso sichtbar.',
    across: 'Lage des Ausschnitts, waagerecht',
    down: 'Lage des Ausschnitts, senkrecht',
  },
  sees: {
    condition: 'Was mit beiden Fotos geschehen ist',
    about:
      'Der Decoder eines kleinen Editors zeigt, was ein Netz wie die von KI-Editoren, das der Angriff nie gesehen hat, aus jedem Foto gemacht hat. Beim ersten Mal kommt der Decoder (4 MB) vom Server dieser Seite.',
  },
  edit: {
    about:
      'Ein winziger Editor, zum Ausprobieren dabei, bearbeitet beide Fotos mit denselben Worten und demselben Rauschen. Er arbeitet mit 128 Pixeln, bei denen wenig von einem Schutz übrig ist, und sagt wenig über kommerzielle Editoren. Beim ersten Mal kommt er vom Server dieser Seite (25 MB).',
    prompt: 'Was ihm gesagt wird, auf Englisch',
    strength: 'Wie viel neu gemacht wird',
    start: 'Beide bearbeiten',
  },
  view: {
    title: (name) => `Vorher und nachher: ${name}`,
    close: 'Schließen',
    mode: 'Anzeigen',
    modes: {
      slider: 'Vorher und nachher',
      difference: 'Unterschied',
      flip: 'Was Menschen davon sehen',
      sees: 'Was ein Editor sieht',
      edit: 'Dieselbe Bearbeitung von beiden',
    },
    ofOriginal: 'vom Original',
    ofProtected: 'vom geschützten Foto',
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
