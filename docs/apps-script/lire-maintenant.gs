/**
 * Relance : « lisez maintenant ».
 *
 * À coller dans le classeur (Extensions > Apps Script). Le mode d'emploi est dans docs/lire-maintenant.md.
 * Rien du contenu du classeur ne sort d'ici : seul son identifiant est envoyé, signé.
 *
 * Propriétés du script à remplir (Paramètres du projet > Propriétés du script) :
 *   RELANCE_URL     l'adresse publique du webhook, par exemple https://relance.agence.example/poll-now
 *   RELANCE_SECRET  le secret partagé, le même que RELANCE_WEBHOOK_SECRET
 */

// Plusieurs cellules modifiées coup sur coup ne font qu'un appel.
const PAUSE_S = 5;

/** À lancer une fois à la main : installe les déclencheurs et demande les autorisations. */
function installer() {
  const classeur = SpreadsheetApp.getActive();
  ScriptApp.getProjectTriggers()
    .filter((declencheur) => declencheur.getHandlerFunction() === 'prevenir')
    .forEach((declencheur) => ScriptApp.deleteTrigger(declencheur));
  ScriptApp.newTrigger('prevenir').forSpreadsheet(classeur).onEdit().create();
  ScriptApp.newTrigger('prevenir').forSpreadsheet(classeur).onChange().create();
  prevenir();
}

/** Appelée par Google à chaque modification faite par une personne ; jamais par celles de Relance. */
function prevenir() {
  const cache = CacheService.getScriptCache();
  if (cache.get('prevenu')) return;
  cache.put('prevenu', 'oui', PAUSE_S);

  const reglages = PropertiesService.getScriptProperties();
  const corps = JSON.stringify({ workbook: SpreadsheetApp.getActive().getId(), id: Utilities.getUuid() });
  const instant = String(Math.floor(Date.now() / 1000));
  const octets = Utilities.computeHmacSha256Signature(
    instant + '.' + corps, reglages.getProperty('RELANCE_SECRET'), Utilities.Charset.UTF_8);
  const signature = octets.map((octet) => ('0' + (octet & 0xff).toString(16)).slice(-2)).join('');

  UrlFetchApp.fetch(reglages.getProperty('RELANCE_URL'), {
    method: 'post',
    contentType: 'application/json',
    payload: corps,
    headers: { 'X-Relance-Timestamp': instant, 'X-Relance-Signature': 'sha256=' + signature },
    muteHttpExceptions: true,
  });
}
