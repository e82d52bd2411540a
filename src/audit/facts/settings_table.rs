//! What single keys say, one row each: the descriptions of the keys in `mdm/profiles` of Apple's `device-management`
//! repository (commit b6202ca, later ones where the table of `schema` is newer) say what a value does. A key whose
//! description does not say that one value protects more than another has no row: `diff` says that it is not judged.

use super::setting::Setting;
use super::setting::Shape::{self, Any, Bits, Delay, Each, False, Is, Larger, Limit, Only, Ranked, True};
use super::setting::Way::{self, Does, Either, Undoes};
use crate::audit::kind::{
    ACCOUNT, CERTIFICATE_CHECK, CONTENT_FILTER, DIRECTORY, ENCRYPTED_DNS, FILEVAULT, FIREWALL, GATEKEEPER, GATEKEEPER_RULE,
    Kind, LOGIN, MANAGEMENT, NETWORK, PASSCODE, PRIVACY, PRIVATE_KEY, PROXY, RESTRICTION, SIGN_ON, SMART_CARD, SOFTWARE_UPDATE, VPN,
};

const fn row(
    types: &'static [&'static str],
    path: &'static str,
    shape: Shape,
    kind: &'static Kind,
    way: Way,
    text: &'static str,
) -> Setting {
    Setting { types, path, shape, kind, way, text }
}

const FIREWALL_TYPE: &[&str] = &["com.apple.security.firewall"];
const GATEKEEPER_TYPE: &[&str] = &["com.apple.systempolicy.control"];
const FILEVAULT_TYPE: &[&str] = &["com.apple.MCX.FileVault2"];
const REDIRECT: &[&str] = &["com.apple.security.FDERecoveryRedirect"];
const MCX: &[&str] = &["com.apple.MCX"];
const LOGIN_WINDOW: &[&str] = &["com.apple.loginwindow"];
const UPDATES: &[&str] = &["com.apple.SoftwareUpdate"];
const PASSCODES: &[&str] = &["com.apple.mobiledevice.passwordpolicy"];
const SCREEN_SAVER: &[&str] = &["com.apple.screensaver"];
const SCREEN_SAVERS: &[&str] = &["com.apple.screensaver", "com.apple.screensaver.user"];
const CARDS: &[&str] = &["com.apple.security.smartcard"];
const MDM: &[&str] = &["com.apple.mdm"];
const DNS: &[&str] = &["com.apple.dnsSettings.managed"];
const VPNS: &[&str] = &["com.apple.vpn.managed", "com.apple.vpn.managed.applayer"];
const PER_APP: &[&str] = &["com.apple.vpn.managed.applayer"];
const RELAY: &[&str] = &["com.apple.relay.managed"];
const WIFI: &[&str] = &["com.apple.wifi.managed"];
const NETWORKS: &[&str] = &[
    "com.apple.wifi.managed",
    "com.apple.firstactiveethernet.managed",
    "com.apple.firstethernet.managed",
    "com.apple.globalethernet.managed",
    "com.apple.secondactiveethernet.managed",
    "com.apple.secondethernet.managed",
    "com.apple.thirdactiveethernet.managed",
    "com.apple.thirdethernet.managed",
];
const PROXIES: &[&str] = &["com.apple.wifi.managed", "com.apple.proxy.http.global"];
const SYSTEM_PROXIES: &[&str] = &["com.apple.SystemConfiguration", "com.apple.vpn.managed", "com.apple.vpn.managed.applayer"];
const KEYS: &[&str] = &["com.apple.security.acme", "com.apple.security.pkcs12", "com.apple.security.scep"];
const ACME: &[&str] = &["com.apple.security.acme"];
const SCEP: &[&str] = &["com.apple.security.scep"];
const AD_CERTIFICATE: &[&str] = &["com.apple.ADCertificate.managed"];
const AD: &[&str] = &["com.apple.DirectoryService.managed"];
const SSO: &[&str] = &["com.apple.extensiblesso"];
const ACCESS: &[&str] = &["com.apple.applicationaccess"];
const APPS: &[&str] = &["com.apple.applicationaccess.new"];
const EXTENSIONS: &[&str] = &["com.apple.NSExtension"];
const PANES: &[&str] = &["com.apple.systempreferences"];
const PARENTAL: &[&str] = &["com.apple.familycontrols.contentfilter"];

/// The rights of an MDM server, from the lowest bit (Apple, `AccessRights`).
const RIGHTS: &[&str] = &[
    "look at installed profiles", "install and remove profiles", "lock the Mac and remove its passcode", "erase the Mac",
    "ask for device information", "ask for network information", "look at provisioning profiles",
    "install and remove provisioning profiles", "look at installed apps", "ask about restrictions", "ask about security",
    "change settings", "manage apps",
];

pub(super) static SETTINGS: &[Setting] = &[
    row(FIREWALL_TYPE, "EnableFirewall", True, &FIREWALL, Does, "the firewall is on"),
    row(FIREWALL_TYPE, "EnableFirewall", False, &FIREWALL, Undoes, "the firewall is switched off"),
    row(FIREWALL_TYPE, "BlockAllIncoming", True, &FIREWALL, Does, "the firewall blocks all incoming connections"),
    row(FIREWALL_TYPE, "EnableStealthMode", True, &FIREWALL, Does, "the firewall does not answer probes (stealth mode)"),
    row(FIREWALL_TYPE, "AllowSigned", False, &FIREWALL, Does, "the firewall does not let software of the system accept connections by itself"),
    row(FIREWALL_TYPE, "AllowSignedApp", False, &FIREWALL, Does, "the firewall does not let signed software accept connections by itself"),
    row(FIREWALL_TYPE, "EnableLogging", True, &FIREWALL, Does, "the firewall writes a log"),
    row(GATEKEEPER_TYPE, "EnableAssessment", True, &GATEKEEPER, Does, "Gatekeeper is on"),
    row(GATEKEEPER_TYPE, "EnableAssessment", False, &GATEKEEPER, Undoes, "Gatekeeper is switched off"),
    row(GATEKEEPER_TYPE, "AllowIdentifiedDevelopers", True, &GATEKEEPER_RULE, Does, "Gatekeeper lets programs of every identified developer run"),
    row(GATEKEEPER_TYPE, "AllowIdentifiedDevelopers", False, &GATEKEEPER_RULE, Undoes, "Gatekeeper lets only programs of the App Store run"),
    row(&["com.apple.systempolicy.managed"], "DisableOverride", True, &GATEKEEPER, Does, "people cannot override Gatekeeper"),
    row(FILEVAULT_TYPE, "Enable", Is("On"), &FILEVAULT, Does, "FileVault is switched on"),
    row(FILEVAULT_TYPE, "Enable", Is("Off"), &FILEVAULT, Undoes, "FileVault is switched off"),
    row(FILEVAULT_TYPE, "ForceEnableInSetupAssistant", True, &FILEVAULT, Does, "FileVault is switched on in Setup Assistant"),
    row(FILEVAULT_TYPE, "DeferForceAtUserLoginMaxBypassAttempts", Delay, &FILEVAULT, Does, "people can put FileVault off {} times at login"),
    row(FILEVAULT_TYPE, "DeferDontAskAtUserLogout", True, &FILEVAULT, Undoes, "nobody is asked to switch FileVault on at logout"),
    row(FILEVAULT_TYPE, "ShowRecoveryKey", False, &FILEVAULT, Does, "people do not see the recovery key of FileVault"),
    row(FILEVAULT_TYPE, "OutputPath", Any, &FILEVAULT, Undoes, "the recovery key of FileVault is written to the file {}"),
    row(FILEVAULT_TYPE, "Certificate", Any, &FILEVAULT, Either, "whoever has the key of this certificate unlocks FileVault: {}"),
    row(FILEVAULT_TYPE, "PayloadCertificateUUID", Any, &FILEVAULT, Either, "whoever has the key of the certificate {} unlocks FileVault"),
    row(REDIRECT, "RedirectURL", Any, &FILEVAULT, Either, "the recovery key of FileVault is sent to {}"),
    row(MCX, "dontAllowFDEDisable", True, &FILEVAULT, Does, "people cannot switch FileVault off"),
    row(MCX, "dontAllowFDEEnable", True, &FILEVAULT, Undoes, "people cannot switch FileVault on"),
    row(MCX, "DestroyFVKeyOnStandby", True, &FILEVAULT, Does, "a Mac in standby forgets the key of FileVault"),
    row(MCX, "DisableGuestAccount", True, &LOGIN, Does, "there is no guest account"),
    row(MCX, "EnableGuestAccount", True, &LOGIN, Undoes, "there is a guest account"),
    row(SCREEN_SAVER, "askForPassword", True, &LOGIN, Does, "the screen saver asks for a password"),
    row(SCREEN_SAVER, "askForPassword", False, &LOGIN, Undoes, "the screen saver asks for no password"),
    row(SCREEN_SAVERS, "idleTime", Limit, &LOGIN, Does, "the screen saver comes after {} seconds"),
    row(SCREEN_SAVER, "loginWindowIdleTime", Limit, &LOGIN, Does, "the screen saver of the login window comes after {} seconds"),
    row(SCREEN_SAVER, "askForPasswordDelay", Delay, &LOGIN, Does, "the screen saver asks for the password after {} seconds"),
    row(LOGIN_WINDOW, "DisableScreenLockImmediate", True, &LOGIN, Undoes, "people cannot lock the screen at once"),
    row(LOGIN_WINDOW, "DisableFDEAutoLogin", True, &LOGIN, Does, "unlocking FileVault logs nobody in"),
    row(LOGIN_WINDOW, "DisableConsoleAccess", True, &LOGIN, Does, "the login window gives no console"),
    row(LOGIN_WINDOW, "SHOWFULLNAME", True, &LOGIN, Does, "the login window asks for name and password and lists nobody"),
    row(LOGIN_WINDOW, "AutologinUsername", Any, &LOGIN, Undoes, "the Mac logs {} in without asking"),
    row(LOGIN_WINDOW, "AutologinPassword", Any, &LOGIN, Undoes, "the profile has the password with which the Mac logs somebody in"),
    row(LOGIN_WINDOW, "AllowList", Only, &LOGIN, Does, "only {} may log in"),
    row(LOGIN_WINDOW, "DenyList", Each, &LOGIN, Does, "{} may not log in"),
    row(&["loginwindow"], "DisableLoginItemsSuppression", True, &LOGIN, Does, "people cannot keep login items from starting"),
    row(ACCESS, "enforcedFingerprintTimeout", Delay, &LOGIN, Does, "a fingerprint unlocks the Mac for at most {} seconds without the password"),
    row(CARDS, "enforceSmartCard", True, &SMART_CARD, Does, "people log in only with a smart card"),
    row(CARDS, "allowSmartCard", False, &SMART_CARD, Undoes, "smart cards are not used for login"),
    row(CARDS, "checkCertificateTrust", Larger, &SMART_CARD, Does, "the certificate of a smart card is checked (level {})"),
    row(CARDS, "UserPairing", False, &SMART_CARD, Does, "people are not asked to pair a smart card"),
    row(CARDS, "oneCardPerUser", True, &SMART_CARD, Does, "a user can pair one smart card only"),
    row(CARDS, "tokenRemovalAction", Larger, &SMART_CARD, Does, "the screen saver starts when the smart card is removed (`{}`)"),
    row(PASSCODES, "minLength", Larger, &PASSCODE, Does, "a password has at least {} characters"),
    row(PASSCODES, "minComplexChars", Larger, &PASSCODE, Does, "a password has at least {} special characters"),
    row(PASSCODES, "pinHistory", Larger, &PASSCODE, Does, "{} old passwords cannot be used again"),
    row(PASSCODES, "maxFailedAttempts", Limit, &PASSCODE, Does, "{} wrong passwords lock a Mac"),
    row(PASSCODES, "maxInactivity", Limit, &PASSCODE, Does, "a Mac locks after {} minutes"),
    row(PASSCODES, "maxGracePeriod", Delay, &PASSCODE, Does, "a Mac asks for the password after {} minutes"),
    row(PASSCODES, "maxPINAgeInDays", Limit, &PASSCODE, Does, "a password is valid for {} days"),
    row(PASSCODES, "minutesUntilFailedLoginReset", Larger, &PASSCODE, Does, "after too many wrong passwords nobody logs in for {} minutes"),
    row(PASSCODES, "changeAtNextAuth", True, &PASSCODE, Does, "people have to change their password"),
    row(PASSCODES, "customRegex", Any, &PASSCODE, Does, "a password has to fit the expression {}"),
    row(UPDATES, "AutomaticCheckEnabled", True, &SOFTWARE_UPDATE, Does, "the Mac looks for updates by itself"),
    row(UPDATES, "AutomaticCheckEnabled", False, &SOFTWARE_UPDATE, Undoes, "the Mac does not look for updates by itself"),
    row(UPDATES, "AutomaticDownload", True, &SOFTWARE_UPDATE, Does, "updates are downloaded by themselves"),
    row(UPDATES, "AutomaticDownload", False, &SOFTWARE_UPDATE, Undoes, "updates are not downloaded by themselves"),
    row(UPDATES, "AutomaticallyInstallAppUpdates", True, &SOFTWARE_UPDATE, Does, "updates of apps are installed by themselves"),
    row(UPDATES, "AutomaticallyInstallAppUpdates", False, &SOFTWARE_UPDATE, Undoes, "updates of apps are not installed by themselves"),
    row(UPDATES, "AutomaticallyInstallMacOSUpdates", True, &SOFTWARE_UPDATE, Does, "updates of macOS are installed by themselves"),
    row(UPDATES, "AutomaticallyInstallMacOSUpdates", False, &SOFTWARE_UPDATE, Undoes, "updates of macOS are not installed by themselves"),
    row(UPDATES, "ConfigDataInstall", True, &SOFTWARE_UPDATE, Does, "security data such as that of XProtect is installed by itself"),
    row(UPDATES, "ConfigDataInstall", False, &SOFTWARE_UPDATE, Undoes, "security data such as that of XProtect is not installed by itself"),
    row(UPDATES, "CriticalUpdateInstall", True, &SOFTWARE_UPDATE, Does, "critical updates are installed by themselves"),
    row(UPDATES, "CriticalUpdateInstall", False, &SOFTWARE_UPDATE, Undoes, "critical updates are not installed by themselves"),
    row(UPDATES, "CatalogURL", Any, &SOFTWARE_UPDATE, Either, "updates come from {}"),
    row(ACCESS, "forceDelayedSoftwareUpdates", True, &SOFTWARE_UPDATE, Undoes, "people see updates of macOS later"),
    row(ACCESS, "forceDelayedMajorSoftwareUpdates", True, &SOFTWARE_UPDATE, Undoes, "people see major updates of macOS later"),
    row(ACCESS, "forceDelayedAppSoftwareUpdates", True, &SOFTWARE_UPDATE, Undoes, "people see updates of apps later"),
    row(ACCESS, "enforcedSoftwareUpdateDelay", Larger, &SOFTWARE_UPDATE, Undoes, "updates come {} days later"),
    row(ACCESS, "enforcedSoftwareUpdateMajorOSDeferredInstallDelay", Larger, &SOFTWARE_UPDATE, Undoes, "major updates of macOS come {} days later"),
    row(ACCESS, "enforcedSoftwareUpdateMinorOSDeferredInstallDelay", Larger, &SOFTWARE_UPDATE, Undoes, "minor updates of macOS come {} days later"),
    row(ACCESS, "enforcedSoftwareUpdateNonOSDeferredInstallDelay", Larger, &SOFTWARE_UPDATE, Undoes, "updates other than macOS come {} days later"),
    row(MDM, "AccessRights", Bits(RIGHTS), &MANAGEMENT, Does, "the MDM server may {}"),
    row(MDM, "CheckInURL", Any, &MANAGEMENT, Does, "the Mac checks in at {}"),
    row(MDM, "ServerURLPinningCertificateUUIDs", Only, &MANAGEMENT, Undoes, "of the MDM server only the certificates {} are trusted"),
    row(MDM, "CheckInURLPinningCertificateUUIDs", Only, &MANAGEMENT, Undoes, "of the check-in server only the certificates {} are trusted"),
    row(MDM, "PinningRevocationCheckRequired", True, &CERTIFICATE_CHECK, Does, "the certificate of the MDM server is checked for revocation"),
    row(MDM, "SignMessage", True, &MANAGEMENT, Undoes, "messages to the MDM server are signed"),
    row(DNS, "DNSSettings/ServerAddresses", Each, &ENCRYPTED_DNS, Either, "names are looked up at the address {}"),
    row(DNS, "DNSSettings/SupplementalMatchDomains", Only, &ENCRYPTED_DNS, Undoes, "only names of {} are looked up encrypted"),
    row(DNS, "OnDemandRules", Any, &ENCRYPTED_DNS, Undoes, "rules decide where DNS is encrypted: {}"),
    row(DNS, "ProhibitDisablement", True, &ENCRYPTED_DNS, Does, "people cannot switch encrypted DNS off"),
    row(VPNS, "*/IncludeAllNetworks", Is("1"), &VPN, Does, "all traffic goes through the VPN"),
    row(VPNS, "*/EnforceRoutes", Is("1"), &VPN, Does, "the routes of the VPN win over those of the Mac"),
    row(VPNS, "*/ExcludeLocalNetworks", Is("1"), &VPN, Undoes, "traffic of local networks goes around the VPN"),
    row(VPNS, "*/ExcludeCellularServices", Is("0"), &VPN, Does, "traffic of cellular services goes through the VPN"),
    row(VPNS, "*/ExcludeAPNs", Is("0"), &VPN, Does, "push notifications go through the VPN"),
    row(VPNS, "*/ExcludeDeviceCommunication", Is("0"), &VPN, Does, "traffic of devices nearby goes through the VPN"),
    row(VPNS, "*/OverridePrimary", Is("1"), &VPN, Does, "all traffic goes through the VPN"),
    row(VPNS, "*/OnDemandEnabled", Is("1"), &VPN, Does, "the VPN connects by itself"),
    row(VPNS, "*/OnDemandRules", Any, &VPN, Either, "rules decide where the VPN connects by itself: {}"),
    row(VPNS, "*/OnDemandMatchDomainsAlways", Each, &VPN, Does, "the VPN connects for {}"),
    row(VPNS, "*/OnDemandMatchDomainsNever", Each, &VPN, Undoes, "the VPN does not connect by itself for {}"),
    row(VPNS, "*/DisconnectOnIdle", Is("1"), &VPN, Undoes, "an idle VPN disconnects"),
    row(VPNS, "*/RemoteAddress", Any, &VPN, Either, "the server of the VPN is {}"),
    row(VPNS, "*/CommRemoteAddress", Any, &VPN, Either, "the server of the VPN is {}"),
    row(VPNS, "*/RemoteIdentifier", Any, &VPN, Either, "the server of the VPN is known as {}"),
    row(VPNS, "*/ServerCertificateCommonName", Any, &VPN, Does, "the certificate of the VPN's server names {}"),
    row(VPNS, "*/ServerCertificateIssuerCommonName", Any, &VPN, Does, "the certificate of the VPN's server is issued by {}"),
    row(VPNS, "*/AuthenticationMethod", Any, &VPN, Either, "people prove who they are to the VPN by {}"),
    row(VPNS, "*/EnablePFS", Is("1"), &VPN, Does, "the VPN has perfect forward secrecy"),
    row(VPNS, "*/EnableCertificateRevocationCheck", Is("1"), &CERTIFICATE_CHECK, Does, "the certificate of the VPN's server is checked for revocation"),
    row(VPNS, "*/DisableRedirect", Is("1"), &VPN, Does, "the server of the VPN cannot send the Mac to another one"),
    row(VPNS, "*/PPKMandatory", Is("0"), &VPN, Undoes, "the VPN connects without the post-quantum key too"),
    row(VPNS, "*/TLSMinimumVersion", Ranked(&["1.1", "1.2", "1.3"]), &VPN, Does, "the VPN takes TLS from version {} on"),
    row(VPNS, "*/TLSMaximumVersion", Any, &VPN, Either, "the VPN takes TLS up to version {}"),
    row(VPNS, "*/*/EncryptionAlgorithm", Any, &VPN, Either, "the VPN encrypts with {}"),
    row(VPNS, "*/*/IntegrityAlgorithm", Any, &VPN, Either, "the VPN protects integrity with {}"),
    row(VPNS, "*/*/DiffieHellmanGroup", Any, &VPN, Either, "the VPN agrees on keys with the Diffie-Hellman group {}"),
    row(VPNS, "DNS/ServerAddresses", Each, &VPN, Either, "names are looked up at {} while the VPN is connected"),
    row(VPNS, "DNS/DNSProtocol", Ranked(&["TLS", "HTTPS"]), &VPN, Does, "names are looked up encrypted ({}) while the VPN is connected"),
    row(PER_APP, "SafariDomains", Each, &VPN, Does, "Safari goes through the VPN for {}"),
    row(PER_APP, "ExcludedDomains", Each, &VPN, Undoes, "{} goes around the VPN"),
    row(PER_APP, "OnDemandMatchAppEnabled", True, &VPN, Does, "the VPN connects by itself for its apps"),
    row(&["com.apple.vpn.managed.appmapping"], "AppLayerVPNMapping", Each, &VPN, Does, "the app goes through a VPN: {}"),
    row(RELAY, "MatchDomains", Only, &VPN, Undoes, "only traffic to {} goes through the relay"),
    row(RELAY, "ExcludedDomains", Each, &VPN, Undoes, "{} goes around the relay"),
    row(WIFI, "EncryptionType", Ranked(&["WEP", "WPA", "WPA2", "WPA3"]), &NETWORK, Does, "the Wi-Fi network is joined with {}"),
    row(WIFI, "EncryptionType", Is("None"), &NETWORK, Undoes, "the Wi-Fi network is joined without encryption"),
    row(WIFI, "SSID_STR", Any, &NETWORK, Either, "the Mac joins the Wi-Fi network {}"),
    row(NETWORKS, "EAPClientConfiguration/AcceptEAPTypes", Only, &NETWORK, Does, "the network is joined with the EAP types {}"),
    row(NETWORKS, "EAPClientConfiguration/PayloadCertificateAnchorUUID", Only, &NETWORK, Does, "of the network's servers only the certificates {} are trusted"),
    row(NETWORKS, "EAPClientConfiguration/TLSTrustedCertificates", Only, &NETWORK, Does, "of the network's servers only the certificates {} are trusted"),
    row(NETWORKS, "EAPClientConfiguration/TLSTrustedServerNames", Only, &NETWORK, Does, "of the network's servers only {} are trusted"),
    row(NETWORKS, "EAPClientConfiguration/TLSAllowTrustExceptions", False, &NETWORK, Does, "people cannot trust another server of the network"),
    row(NETWORKS, "EAPClientConfiguration/TLSCertificateIsRequired", True, &NETWORK, Does, "joining the network takes a certificate"),
    row(NETWORKS, "EAPClientConfiguration/TLSCertificateIsRequired", False, &NETWORK, Undoes, "joining the network takes no certificate"),
    row(NETWORKS, "EAPClientConfiguration/TLSMinimumVersion", Ranked(&["1.1", "1.2", "1.3"]), &NETWORK, Does, "the network takes TLS from version {} on"),
    row(NETWORKS, "EAPClientConfiguration/TLSMaximumVersion", Any, &NETWORK, Either, "the network takes TLS up to version {}"),
    row(NETWORKS, "EAPClientConfiguration/TTLSInnerAuthentication", Any, &NETWORK, Either, "passwords reach the network by {}"),
    row(NETWORKS, "EAPClientConfiguration/EAPFASTProvisionPACAnonymously", True, &NETWORK, Undoes, "the Mac trusts a server of the network that does not say who it is"),
    row(PROXIES, "ProxyType", Any, &PROXY, Either, "the way to the proxy is {}"),
    row(PROXIES, "ProxyServer", Any, &PROXY, Either, "traffic goes through the proxy {}"),
    row(PROXIES, "ProxyServerPort", Any, &PROXY, Either, "the port of the proxy is {}"),
    row(PROXIES, "ProxyPACURL", Any, &PROXY, Either, "the proxy is found by {}"),
    row(SYSTEM_PROXIES, "Proxies/*", Any, &PROXY, Either, "proxies are set by {key}"),
    row(KEYS, "KeyIsExtractable", False, &PRIVATE_KEY, Does, "the private key cannot be exported"),
    row(AD_CERTIFICATE, "KeyIsExtractable", True, &PRIVATE_KEY, Undoes, "the private key can be exported"),
    row(SCEP, "PayloadContent/KeyIsExtractable", False, &PRIVATE_KEY, Does, "the private key cannot be exported"),
    row(SCEP, "PayloadContent/Keysize", Larger, &PRIVATE_KEY, Does, "the private key has {} bits"),
    row(SCEP, "PayloadContent/CAFingerprint", Any, &PRIVATE_KEY, Does, "the authority is known by its fingerprint: {}"),
    row(SCEP, "PayloadContent/URL", Any, &PRIVATE_KEY, Either, "the certificate comes from {}"),
    row(ACME, "DirectoryURL", Any, &PRIVATE_KEY, Either, "the certificate comes from {}"),
    row(ACME, "HardwareBound", True, &PRIVATE_KEY, Does, "the private key is bound to the Mac"),
    row(ACME, "Attest", True, &PRIVATE_KEY, Does, "the Mac attests its private key"),
    row(ACME, "KeySize", Larger, &PRIVATE_KEY, Does, "the private key has {} bits"),
    row(AD_CERTIFICATE, "CertServer", Any, &PRIVATE_KEY, Either, "the certificate comes from {}"),
    row(AD_CERTIFICATE, "Keysize", Larger, &PRIVATE_KEY, Does, "the private key has {} bits"),
    row(AD, "HostName", Any, &DIRECTORY, Either, "the Mac belongs to the domain {}"),
    row(AD, "ADDomainAdminGroupList", Each, &DIRECTORY, Does, "the group {} administers the Mac"),
    row(AD, "ADDomainAdminGroupListFlag", True, &DIRECTORY, Does, "groups of the domain administer the Mac"),
    row(AD, "ADAllowMultiDomainAuth", True, &DIRECTORY, Does, "people of every domain may log in"),
    row(AD, "ADAllowMultiDomainAuth", False, &DIRECTORY, Undoes, "only people of one domain may log in"),
    row(AD, "ADPacketSign", Any, &DIRECTORY, Either, "the directory's packets are signed: {}"),
    row(AD, "ADPacketSignFlag", Any, &DIRECTORY, Either, "the rule about signed packets counts: {}"),
    row(AD, "ADPacketEncrypt", Any, &DIRECTORY, Either, "the directory's packets are encrypted: {}"),
    row(AD, "ADPacketEncryptFlag", Any, &DIRECTORY, Either, "the rule about encrypted packets counts: {}"),
    row(AD, "ADPreferredDCServer", Any, &DIRECTORY, Either, "the directory is asked at {}"),
    row(AD, "ADTrustChangePassIntervalDays", Limit, &DIRECTORY, Undoes, "the Mac changes its password in the domain every {} days"),
    row(&["com.apple.ldap.account"], "LDAPAccountHostName", Any, &ACCOUNT, Either, "the directory is asked at {}"),
    row(&["com.apple.mail.managed"], "IncomingMailServerAuthentication", Is("EmailAuthNone"), &ACCOUNT, Undoes, "mail is fetched without authentication"),
    row(&["com.apple.mail.managed"], "OutgoingMailServerAuthentication", Is("EmailAuthNone"), &ACCOUNT, Undoes, "mail is sent without authentication"),
    row(&["com.apple.ews.account"], "SSL", False, &ACCOUNT, Undoes, "the account goes without encryption"),
    row(&["com.apple.ews.account"], "ExternalSSL", False, &ACCOUNT, Undoes, "the account goes without encryption from outside"),
    row(SSO, "ExtensionIdentifier", Any, &SIGN_ON, Does, "the extension {} logs people in"),
    row(SSO, "TeamIdentifier", Any, &SIGN_ON, Does, "the extension that logs people in is of team {}"),
    row(SSO, "URLs", Each, &SIGN_ON, Does, "people are logged in at {}"),
    row(SSO, "Hosts", Each, &SIGN_ON, Does, "people are logged in at {}"),
    row(SSO, "DeniedBundleIdentifiers", Each, &SIGN_ON, Undoes, "people are not logged in in the app {}"),
    row(SSO, "AuthenticationMethod", Any, &SIGN_ON, Either, "people log in to Platform SSO with {}"),
    row(SSO, "PlatformSSO/AuthenticationMethod", Any, &SIGN_ON, Either, "people log in to Platform SSO with {}"),
    row(SSO, "PlatformSSO/NewUserAuthorizationMode", Any, &SIGN_ON, Either, "new users of the Mac are {}"),
    row(SSO, "PlatformSSO/UserAuthorizationMode", Any, &SIGN_ON, Either, "whoever logs in is {}"),
    row(SSO, "PlatformSSO/AdministratorGroups", Each, &SIGN_ON, Does, "the group {} administers the Mac"),
    row(SSO, "PlatformSSO/AdditionalGroups", Each, &SIGN_ON, Does, "the group {} is known on the Mac"),
    row(SSO, "PlatformSSO/AuthorizationGroups", Any, &SIGN_ON, Either, "groups have rights on the Mac: {}"),
    row(SSO, "PlatformSSO/EnableCreateUserAtLogin", True, &SIGN_ON, Does, "users are made at login"),
    row(SSO, "PlatformSSO/EnableAuthorization", True, &SIGN_ON, Does, "accounts of the identity provider give rights on the Mac"),
    row(SSO, "PlatformSSO/NonPlatformSSOAccounts", Each, &SIGN_ON, Does, "the account {} logs in without Platform SSO"),
    row(SSO, "PlatformSSO/FileVaultPolicy", Any, &SIGN_ON, Either, "FileVault asks Platform SSO: {}"),
    row(SSO, "PlatformSSO/LoginPolicy", Any, &SIGN_ON, Either, "the login window asks Platform SSO: {}"),
    row(SSO, "PlatformSSO/UnlockPolicy", Any, &SIGN_ON, Either, "the screen saver asks Platform SSO: {}"),
    row(SSO, "PlatformSSO/LoginFrequency", Any, &SIGN_ON, Either, "a full login is asked for after {} seconds"),
    row(SSO, "PlatformSSO/OfflineGracePeriod", Larger, &SIGN_ON, Does, "the password of the Mac is enough for {} seconds without a network"),
    row(SSO, "PlatformSSO/AuthenticationGracePeriod", Larger, &SIGN_ON, Does, "accounts that are not registered log in for {} seconds"),
    row(SSO, "ExtensionData/credentialBundleIdACL", Only, &SIGN_ON, Undoes, "only {} may use the Kerberos ticket"),
    row(SSO, "ExtensionData/pwReqLength", Larger, &PASSCODE, Does, "a password of the domain has at least {} characters"),
    row(SSO, "ExtensionData/pwReqHistory", Larger, &PASSCODE, Does, "{} old passwords of the domain cannot be used again"),
    row(SSO, "ExtensionData/pwReqComplexity", True, &PASSCODE, Does, "a password of the domain has to be complex"),
    row(SSO, "ExtensionData/usePlatformSSOTGT", True, &SIGN_ON, Undoes, "Kerberos takes the ticket of Platform SSO only"),
    row(&["com.apple.asam"], "AllowedApplications", Each, &PRIVACY, Does, "the app may use Accessibility: {}"),
    row(APPS, "familyControlsEnabled", True, &RESTRICTION, Does, "only some apps may be opened"),
    row(APPS, "allowList", Only, &RESTRICTION, Does, "of apps only these may be opened: {}"),
    row(APPS, "whiteList", Only, &RESTRICTION, Does, "of apps only these may be opened: {}"),
    row(APPS, "pathAllowList", Only, &RESTRICTION, Does, "only apps in {} may be opened"),
    row(APPS, "pathWhiteList", Only, &RESTRICTION, Does, "only apps in {} may be opened"),
    row(APPS, "pathDenyList", Each, &RESTRICTION, Does, "apps in {} may not be opened"),
    row(APPS, "pathBlackList", Each, &RESTRICTION, Does, "apps in {} may not be opened"),
    row(EXTENSIONS, "AllowedExtensions", Only, &RESTRICTION, Does, "of app extensions only {} may run"),
    row(EXTENSIONS, "DeniedExtensions", Each, &RESTRICTION, Does, "the app extension {} may not run"),
    row(EXTENSIONS, "DeniedExtensionPoints", Each, &RESTRICTION, Does, "app extensions of the kind {} may not run"),
    row(PANES, "EnabledPreferencePanes", Only, &RESTRICTION, Does, "of the settings people see only {}"),
    row(PANES, "DisabledPreferencePanes", Each, &RESTRICTION, Does, "people cannot open the settings {}"),
    row(PANES, "DisabledSystemSettings", Each, &RESTRICTION, Does, "people cannot open the settings {}"),
    row(&["com.apple.airplay"], "AllowList", Only, &RESTRICTION, Does, "AirPlay goes only to {}"),
    row(&["com.apple.airplay"], "Whitelist", Only, &RESTRICTION, Does, "AirPlay goes only to {}"),
    row(&["com.apple.DiscRecording"], "BurnSupport", Ranked(&["authenticate", "off"]), &RESTRICTION, Does, "burning discs is limited: {}"),
    row(&["com.apple.preference.users"], "DisableUsingiCloudPassword", True, &RESTRICTION, Does, "nobody logs in with the password of iCloud"),
    row(PARENTAL, "useContentFilter", True, &CONTENT_FILTER, Does, "the content filter of parental controls is on"),
    row(PARENTAL, "whitelistEnabled", True, &CONTENT_FILTER, Does, "only listed websites can be opened"),
    row(PARENTAL, "filterBlacklist", Each, &CONTENT_FILTER, Does, "the website {} cannot be opened"),
    row(PARENTAL, "filterWhitelist", Only, &CONTENT_FILTER, Does, "of websites only {} can be opened"),
    row(PARENTAL, "siteWhitelist", Each, &CONTENT_FILTER, Undoes, "the website can be opened: {}"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{BUILT_IN, Group};

    /// The keys of 802.1X are described with Wi-Fi.
    fn described(payload_type: &str) -> Vec<Group> {
        let own = BUILT_IN.of_type(payload_type).iter();
        own.chain(BUILT_IN.with_keys_of(payload_type)).map(|own| own.keys).collect()
    }

    fn has(group: Group, path: &[&str]) -> bool {
        let Some((first, rest)) = path.split_first() else {
            return true;
        };
        let here = group.keys().iter().filter(|key| *first == "*" || key.name == *first);
        here.into_iter().any(|key| has(key.inner, rest))
    }

    #[test]
    fn every_key_of_a_row_is_one_that_apple_describes() {
        // No longer in Apple's description: see `schema::exceptions`.
        const GONE: &[&str] = &["loginWindowIdleTime"];
        for row in SETTINGS {
            let path: Vec<&str> = row.path.split('/').collect();
            for payload_type in row.types {
                let is_known = described(payload_type).into_iter().any(|group| has(group, &path));
                let any = row.types.iter().any(|own| described(own).into_iter().any(|group| has(group, &path)));
                assert!(is_known || any || GONE.contains(&row.path), "{payload_type}: {}", row.path);
            }
        }
    }
}
