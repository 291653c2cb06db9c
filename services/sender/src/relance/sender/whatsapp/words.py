"""What WhatsApp's own interface says, as regular expressions over French, English, Spanish and Arabic.

French labels were never verified on the live page; each has wordings that were reported, and the elements have other
signals beside them.
"""

from __future__ import annotations

SEND = r"^(envoyer|send|enviar|إرسال)(\s+\d.*)?$"
VOICE = r"vocal|voice|voz|صوتية"
ATTACH = r"^(joindre|attach|adjuntar|إرفاق)"
CLOSE = r"^(fermer|close|cerrar|retour|back|إغلاق)$"
CANCEL = r"^(annuler|cancel|cancelar|إلغاء)$"
OK = r"^(ok|d.accord|aceptar|موافق|حسن.?.?)$"
MESSAGE_BOX = r"message|mensaje|رسالة"
CAPTION_BOX = r"légende|caption|comentario|pie de foto|تعليق"
DOCUMENT_ITEM = r"^documents?$|^documentos?$|^مستند"
PHOTO_ITEM = r"photos?\b.*vid|fotos?\b.*vid|الصور"
DOWNLOAD = r"^(télécharger|download|descargar|تنزيل)$"
DOWNLOAD_NAMED = r"^(télécharger|download|descargar|تنزيل)\s+\S"
DISCARD = r"^(ignorer|abandonner|supprimer|discard|descartar|تجاهل)$"
READ_MORE = r"^(… ?)?(lire la suite|en savoir plus|read more|leer más|قراءة المزيد)$"

MENU = r"^(menu|plus|more|menú|القائمة)"
LOG_OUT = r"^(se déconnecter|déconnexion|log out|cerrar sesión|تسجيل الخروج)$"

CHAT_LIST = r"^(liste des discussions|chat list|lista de chats|قائمة الدردشات)$"
UNREAD = r"non lu|unread|no leído|غير مقروءة"
CONTACT_INFO = r"infos? (du contact|de l.entreprise)|(contact|business) info|info\. del contacto|معلومات جهة الاتصال"

QR = r"QR|scan"
QR_RELOAD = r"(recharger|actualiser|reload|refresh|recargar).*QR"
LINK_BY_PHONE = r"numéro de téléphone|phone number|número de teléfono"
PHONE_BOX = r"numéro de téléphone|phone number|número de teléfono"
NEXT = r"^(suivant|next|siguiente|التالي)$"
LINK_REFUSED = r"trop de tentatives|too many attempts|demasiados intentos"

USE_HERE = r"^(utiliser ici|use here|usar aquí|الاستخدام هنا)$"
NEWS = (
    r"^(continuer|continue|ok|compris|j.ai compris|got it|terminé|done|plus tard|pas maintenant|"
    r"not now|continuar|متابعة)$"
)
OFFLINE = (
    r"non connecté|hors connexion|not connected|no connection|connexion…|connexion en cours|"
    r"trying to connect|reconnect|sin conexión"
)
LOGGED_OUT = r"déconnecté de (cet appareil|whatsapp)|avez été déconnecté|been logged out|has cerrado sesión"
APP_LOCK = r"(whatsapp|application|appli|app).{0,20}(verrouillé|locked|bloquead)|déverrouiller|unlock"
EXPIRED = r"version.{0,40}(expir|obsol|n.est plus|out of date|no longer)|(mettre à jour|update) whatsapp"
STORAGE = (
    r"(erreur|error).{0,30}(base de données|database)|(database|base de données).{0,30}(erreur|"
    r"error)|(espace|storage|stockage).{0,40}(insuffisant|plein|full|quota|libér)|quota"
)
CHECKPOINT = r"clé d.accès|passkey|vérifi(er|ez) (votre|que)|verify (your|it.s|that)|contrôle d.intégrité|integrity"
UNSUPPORTED = r"(fonctionne|works) (avec|with) .*chrome"
WARNED = r"(may soon be|bientôt être) (restricted|limité|restreint)"
RATE = (
    r"trop (de messages|vite|rapidement)|(too many|sending).{0,20}messages|slow down|"
    r"réessayez plus tard|try again later"
)
CAPPED = r"(monthly|new chat).{0,20}limit|limite (mensuelle|de nouvelles)|nouvelles discussions"
RESTRICTED = (
    r"compte est .*(limité|restreint)|account is .{0,20}restricted|can.t start|limite de nouvelles|new chat limit"
)

INVALID_NUMBER = r"invalid|partagé via une URL|n.est pas valide|no es válido|غير صحيح"
NOT_ON_WHATSAPP = (
    r"n.est pas sur|isn.t on WhatsApp|is not on WhatsApp|no está en WhatsApp|ليس (مسجل|على)|"
    r"غير (موجود|مسجل)"
)
STARTING = r"starting chat|démarrage de la discussion|iniciando chat|بدء الدردشة"

STICKER = r"sticker|autocollant|ملصق"
HOUR = r"^[\d٠-٩]{1,2}\s?[:.h]\s?[\d٠-٩]{2}(\s?[ap]\.?\s?m\.?|\s?[صم])?$"
NOT_HOUR = f"^(?!{HOUR.removeprefix('^')})"
QUOTED = r"message cité|quoted message|mensaje citado"
PHOTO = r"^photo|^foto|^image|صورة"
DELETED = (
    r"^(ce message a été supprimé|vous avez supprimé ce message|this message was deleted|"
    r"you deleted this message|se eliminó este mensaje|eliminaste este mensaje|تم حذف هذه الرسالة|"
    r"حذفت هذه الرسالة)\.?$"
)
EDITED = r"^(modifié|edited|editado|تم التعديل)$"
OURS = r"^(vous|you|tú|أنت)\s*:$"
PENDING = r"^\s*(en attente|pending|pendiente|قيد الانتظار)\s*$"
SENT = r"^\s*(envoyé|sent|enviado|تم الإرسال)\s*$"
DELIVERED = r"^\s*(distribué|remis|delivered|entregado|تم التسليم)\s*$"
READ = r"^\s*(lu|read|leído|تمت القراءة)\s*$"
FAILED = r"^\s*(échec|non envoyé|failed|not sent|no enviado)"
