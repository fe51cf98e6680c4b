"""Word lists of the generated posts: stems and endings, so that a few lines give a vocabulary of many thousands."""

from __future__ import annotations


def listed(text: str) -> tuple[str, ...]:
    return tuple(text.split())


FRENCH_STEMS = listed("""
abrit admir ador aid aim allum ajout amus appel apport arrang arriv assist attrap avanc balanc bavard bricol brill bross
cach calcul cass chant charm chauff cherch chou collect command compar compt cond confirm conserv consult contrôl coup
cour crois cuisin dans décid décor demand dépens dessin détest devin dévor dîn donn dout échang éclair écout éduqu
embrass emport encourag enseign entour épat équip espér étal étudi examin expliqu explor fabriqu félicit ferm fêt fix
flân form frapp frott gagn gard goût grimp habit hésit illustr imagin imit import improvis inform install intéress
invent invit jardin jou jur laiss lanc lav livr log mang march mari mélang mérit mesur mont montr murmur nag navigu
nett not observ occup offr organis parl partag pass patin pêch peign pens plan pleur plong port pos pouss prépar présent
promen propos protég quitt racont ramass rang rappel récit récolt refus regard rencontr répar répét respir rest retourn
rêv ris roul saut sembl sign soign sonn souhait souffl souhait surveill tent termin tomb tourn travaill travers trouv
utilis vers visit voyag
""")
FRENCH_ENDINGS = listed("""
e es ons ez ent ais ait ions iez aient er é ée és ées ant erai era eront erais erait eur euse eurs able ables ement age ages
""")
FRENCH_WORDS = listed("""
le la les un une des du de au aux et ou mais donc car ni que qui dont où ce cet cette ces mon ton son notre votre leur je tu
il elle on nous vous ils elles ne pas plus très bien mal encore déjà toujours jamais souvent parfois ici là-bas demain hier
matin midi soir nuit été automne hiver printemps équipe bureau café thé pain vélo train gare rue ville mer forêt montagne
jardin maison école livre musique film photo soleil pluie vent neige chat chien oiseau arbre fleur idée mot question réponse
histoire projet voyage semaine week-end lundi mardi mercredi jeudi vendredi samedi dimanche avec sans pour contre chez vers
depuis pendant avant après entre sous sur dans par c'est j'ai qu'il n'est d'un l'été aujourd'hui presque peut-être vraiment
""")
ENGLISH_STEMS = listed("""
accept achiev admir adopt advis agre allow amus announc answer appear arriv assembl attend avoid bak balanc bak believ blam
blend boast borrow bounc brows brush build carv catch celebrat challeng chang charm chat cheer choos clean climb coach
collect compar compet complain connect consider cook count cover craft creat cycl danc debat decid decorat deliver describ
design develop digest disagre discover discuss dream dress driv earn edit educat enabl encourag enjoy enter explain explor
farm fetch finish fish float fold follow forgiv fram gather garden glow greet grow guess guid hack handl harvest help hik
hop hunt imagin improv includ increas inform inspir invent invit jog join judg juggl jump kick knit label laugh launch
lead learn lift listen liv load lock look manag march mend mention merg mix mov navigat nam notic observ offer open order
organis paint park perform plan plant play polish pour practis prais prepar present produc promis propos protect publish
question quot rac reach read recommend record reduc refin remember repair replac report rest review ris roast row sail
scan search shar shin shout sing sketch skip smil solv sort spark speak stretch study suggest support surf surpris swim
talk teach test thank think tour trac train travel tun uncover unfold updat upgrad visit volunteer wander watch welcom
whisper wonder work writ
""")
ENGLISH_ENDINGS = listed("e es ed ing er ers able ably ation ations ement ements ive ively or ors ingly edly")
ENGLISH_WORDS = listed("""
the a an and or but so because that which who this these those my your his her our their i you he she it we they not very
well never always often sometimes here there today tomorrow yesterday morning noon evening night summer autumn winter spring
team office coffee tea bread bike train station street town sea forest mountain garden house school book music film photo sun
rain wind snow cat dog bird tree flower idea word question answer story project journey week weekend monday tuesday wednesday
thursday friday saturday sunday with without for against at to from since during before after between under over in by it's
don't can't we're i've what's almost maybe really just about
""")
TAGS = listed("JeudiPhoto Lecture Jardinage CodeDuDimanche OnAir SlowTravel Bakery NightSky TrainLife Polar")
EMOJI = ("🙂", "🎉", "☕", "🌧️", "🚲", "👩‍🍳", "❤️")
"""Single emoji, one with a variation selector, one joined: what real posts hold."""
